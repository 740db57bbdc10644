import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { between, everything, inverted, isPicked, nothing, only, sizeOf, toggled, type Selection } from './selection.ts'

const total = 30
const id = fc.integer({ min: 1, max: total })
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('toggle' as const), id }),
    fc.record({ kind: fc.constantFrom('range' as const, 'named' as const), one: id, other: id }),
    fc.record({ kind: fc.constantFrom('invert' as const, 'all' as const, 'none' as const) }),
  ),
  { maxLength: 30 },
)
const range = (first: number, last: number): number[] => Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n)
/** The list holds the image 1 at place 0, and so on. */
const placeOf = (imageId: number): number => imageId - 1

test('whatever is picked, it agrees with a set of all that is picked', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      let selection: Selection = nothing
      let model = new Set<number>()
      for (const step of sequence) {
        if (step.kind === 'toggle') {
          selection = toggled(selection, step.id, placeOf(step.id))
          if (!model.delete(step.id)) model.add(step.id)
        } else if (step.kind === 'range' || step.kind === 'named') {
          const [first, last] = [Math.min(step.one, step.other), Math.max(step.one, step.other)]
          selection = step.kind === 'named' ? only(range(first, last)) : between({ first: placeOf(first), last: placeOf(last), firstId: first, lastId: last })
          model = new Set(range(first, last))
        } else if (step.kind === 'invert') {
          selection = inverted(selection)
          model = new Set(range(1, total).filter((one) => !model.has(one)))
        } else {
          selection = step.kind === 'all' ? everything : nothing
          model = new Set(step.kind === 'all' ? range(1, total) : [])
        }
        expect(range(1, total).filter((one) => isPicked(selection, one, placeOf(one)))).toEqual([...model].sort((a, b) => a - b))
        expect(sizeOf(selection, total)).toBe(model.size)
      }
    }),
  )
})

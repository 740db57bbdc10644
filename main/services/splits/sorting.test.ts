import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { sortedInTurns } from './sorting.ts'

const compare = (a: number, b: number): number => Math.floor(a / 10) - Math.floor(b / 10)

function sorted(values: Uint32Array): Uint32Array {
  const turns = sortedInTurns(values, compare)
  for (;;) {
    const turn = turns.next()
    if (turn.done) return turn.value
  }
}

test('any number of values is sorted as the language sorts them, equal ones in the order in which they came', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 1, max: 1000 }), (count, spread, step) => {
      const values = Uint32Array.from({ length: count }, (_, n) => (Math.imul(n, step * 7919) >>> 0) % spread)
      expect(sorted(values)).toEqual(values.slice().sort(compare))
    }),
    { numRuns: 30 },
  )
})

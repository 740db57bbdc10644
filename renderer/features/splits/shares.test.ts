import { expect, test } from 'vitest'
import type { SplitClass } from '../../../shared/contract/splits.ts'
import { presentOf, sharesByGroup, troubledFirst, widths } from './shares.ts'

function classOf(id: number, group: SplitClass['group'], train: number, untestable: SplitClass['untestable'] = null): SplitClass {
  return { id, name: `class ${id}`, group, before: { train, val: 0, test: 0 }, after: { train: train - 1, val: 1, test: 0 }, bursts: train, untestable }
}

test('classes add up by group, and a group without any is left out', () => {
  expect(sharesByGroup([classOf(1, 'many', 200), classOf(2, 'few', 5), classOf(3, 'few', 3)])).toEqual([
    { group: 'many', classes: 1, before: { train: 200, val: 0, test: 0 }, after: { train: 199, val: 1, test: 0 } },
    { group: 'few', classes: 2, before: { train: 8, val: 0, test: 0 }, after: { train: 6, val: 2, test: 0 } },
  ])
})

test('a bar has a part for each split that has images, none too small to be seen', () => {
  expect(widths({ train: 999, val: 1, test: 0 })).toEqual([{ split: 'train', percent: 99.9 }, { split: 'val', percent: 0.8 }])
  expect(widths({ train: 0, val: 0, test: 0 })).toEqual([])
})

test('what cannot be trained or tested comes first', () => {
  expect(troubledFirst([classOf(1, 'many', 200), classOf(2, 'few', 5, 'one-burst'), classOf(3, 'few', 1)]).map(({ id }) => id)).toEqual([3, 2, 1])
})

test('the present is a preview of no change, in which a class of one training image cannot be tested', () => {
  const counts = { train: 6, val: 0, test: 0 }
  const bursts = { count: 1, images: 2, largest: [], straddling: 1, heldApart: 1 }
  const preview = { moving: 3, before: counts, after: { train: 4, val: 2, test: 0 }, classes: [classOf(1, 'few', 5, 'one-burst'), classOf(2, 'few', 1, 'one-image')], bursts, unknown: { time: 0, name: 0, look: 0 }, token: 't' }
  const present = presentOf(preview)
  expect(present).toMatchObject({ moving: 0, after: counts, bursts: { straddling: 1, heldApart: 0 } })
  expect(present.classes.map(({ after, untestable }) => [after.train, untestable])).toEqual([[5, null], [1, 'one-image']])
})

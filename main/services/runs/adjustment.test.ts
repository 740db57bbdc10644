import { expect, test } from 'vitest'
import { logitOffsets, type Dial } from '../../../shared/dial.ts'
import { adjustmentOf, dialOfAdjustment } from './adjustment.ts'

const names = ['anchor', 'bell', 'crane']
const classesOf = (ids: readonly number[], counts: readonly number[]): { classId: number; name: string; folderName: string; train: number }[] => ids.map((classId, c) => ({ classId, name: names[c]!, folderName: names[c]!, train: counts[c]! }))
const here = classesOf([7, 8, 9], [120, 30, 6])
const dial: Dial = { tau: 0.8, mix: -0.4, shares: [{ classId: 9, share: 0.5 }] }

test('a setting goes into a file by the names of its classes, and comes out for the ids that they have elsewhere', () => {
  const adjustment = adjustmentOf(here, dial)
  expect(adjustment).toEqual({ tau: 0.8, mix: -0.4, shares: [{ className: 'crane', share: 0.5 }], offsets: [...logitOffsets(here, dial)] })
  expect(dialOfAdjustment(adjustment, classesOf([3, 1, 2], [120, 30, 6]), names)).toEqual({ ...dial, shares: [{ classId: 2, share: 0.5 }] })
  expect(dialOfAdjustment(adjustment, classesOf([3, 1, 2], [1200, 300, 60]), names), 'the same shares').toEqual({ ...dial, shares: [{ classId: 2, share: 0.5 }] })
})

test('where tau and mix would come to other offsets, the offsets hold', () => {
  const adjustment = adjustmentOf(here, dial)
  for (const [counts, known] of [[[0, 0, 0], names], [[5, 5, 80], names], [[120, 30, 6], null]] as const) {
    const elsewhere = classesOf([1, 2, 3], counts)
    const found = logitOffsets(elsewhere, dialOfAdjustment(adjustment, elsewhere, known))
    for (const [c, offset] of adjustment.offsets.entries()) expect(found[c]! - found[0]!).toBeCloseTo(offset - adjustment.offsets[0]!, 5)
  }
})

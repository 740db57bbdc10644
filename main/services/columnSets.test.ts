import { expect, test } from 'vitest'
import { ofOutcome } from './columnSets.ts'
import { idsOf } from './idSet.ts'

test('an image that came after the answers were read is neither right nor wrong', () => {
  const columns = { classes: Int32Array.of(0, 1, 2, 1, 2), splits: Uint8Array.of(0, 2, 2, 2, 2), missing: new Uint8Array(5), step: 0, splitStep: 0 }
  const answers = { predicted: Int32Array.of(0, 1, 1), anExpertRight: Uint8Array.of(0, 1, 1), agreed: Uint8Array.of(0, 1, 0) }
  const ids = (outcome: Parameters<typeof ofOutcome>[0]): number[] => [...idsOf(ofOutcome(outcome, columns, answers, new Map(), () => new Map()))]
  expect(ids('right')).toEqual([1])
  expect(ids('wrong')).toEqual([2])
  expect(ids('rescued')).toEqual([2])
})

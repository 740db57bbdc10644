import { expect, it } from 'vitest'
import type { Run } from '../../../shared/contract/runs.ts'
import { runOf } from '../../../shared/fixtures/run.ts'
import { sortedRuns } from './sorting.ts'

const run = (id: number, top1: number | null, experts = 3): Run =>
  runOf(
    {
      id,
      status: top1 === null ? 'failed' : 'finished',
      epochsDone: 2,
      evaluation: top1 === null ? null : { split: 'val', images: 20, top1, many: top1, medium: null, few: null, experts: [], expertsUsed: experts, imagesPerSecond: 10, routing: null, fast: null },
      scored: top1 === null ? [] : ['val'],
    },
    { experts },
  )
const ids = (runs: readonly Run[]): number[] => runs.map((one) => one.id)

it('puts runs without a value last in both directions', () => {
  const runs = [run(1, 0.4), run(2, null), run(3, 0.6)]
  expect(ids(sortedRuns(runs, 'top1', true))).toEqual([3, 1, 2])
  expect(ids(sortedRuns(runs, 'top1', false))).toEqual([1, 3, 2])
})

it('keeps equal runs newest first and leaves its input alone', () => {
  const runs = [run(1, 0.4, 2), run(2, 0.5, 1), run(3, 0.5, 2)]
  expect(ids(sortedRuns(runs, 'experts', true))).toEqual([3, 1, 2])
  expect(ids(sortedRuns(runs, 'experts', false))).toEqual([2, 3, 1])
  expect(ids(runs)).toEqual([1, 2, 3])
})

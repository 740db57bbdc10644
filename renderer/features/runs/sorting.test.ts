import * as v from 'valibot'
import { expect, it } from 'vitest'
import type { Run } from '../../../shared/contract/runs.ts'
import { RunRequestSchema, configOf } from '../../../shared/recipe.ts'
import { sortedRuns } from './sorting.ts'

const run = (id: number, top1: number | null, experts = 3): Run => ({
  id,
  name: `Run ${id}`,
  status: top1 === null ? 'failed' : 'finished',
  failure: null,
  config: configOf(v.parse(RunRequestSchema, { experts })),
  classes: 10,
  trainImages: 100,
  valImages: 20,
  epochsDone: 2,
  hasCheckpoint: true,
  canResume: false,
  createdAt: id,
  seconds: 1,
  imagesPerSecond: null,
  peakMemoryBytes: null,
  device: null,
  tensorflow: null,
  evaluation: top1 === null ? null : { split: 'val', images: 20, top1, many: top1, medium: null, few: null, experts: [], expertsUsed: experts, imagesPerSecond: 10 },
  scored: top1 === null ? [] : ['val'],
})
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

import { expect, it } from 'vitest'
import type { Run } from '../../../shared/contract/runs.ts'
import { runOf } from '../../../shared/fixtures/run.ts'
import { canScore, secondsLeft } from './progress.ts'

it('knows no end of the run while images are prepared', () => {
  expect(secondsLeft({ phase: 'preparing', secondsLeft: 1 })).toBeNull()
  expect(secondsLeft({ phase: 'training', secondsLeft: 9 })).toBe(9)
})

const run = (change: Partial<Run>): Run => runOf({ status: 'stopped', ...change })
const evaluation: NonNullable<Run['evaluation']> = { split: 'val', images: 20, top1: 0.5, many: null, medium: 0.5, few: null, experts: [], expertsUsed: 1, imagesPerSecond: 90, routing: null, fast: null }

it('offers scores for what ended without them, where there are weights and images', () => {
  expect(canScore(run({ status: 'interrupted' }))).toBe(true)
  expect(canScore(run({ status: 'interrupted', evaluation }))).toBe(false)
  expect(canScore(run({ status: 'interrupted', hasCheckpoint: false }))).toBe(false)
  expect(canScore(run({ status: 'interrupted', valImages: 0 }))).toBe(false)
  expect(canScore(run({ status: 'training' }))).toBe(false)
  expect(canScore(run({ status: 'finished' }))).toBe(true)
  expect(canScore(run({ status: 'finished', evaluation: { ...evaluation, split: 'test' }, scored: ['test'] }))).toBe(true)
  expect(canScore(run({ status: 'finished', evaluation, scored: ['val'] }))).toBe(false)
})

import { expect, test } from 'vitest'
import type { RunProgress } from '../../../shared/contract/runs.ts'
import { progressReport } from './progress.ts'

const at = (phase: RunProgress['phase'], epoch: number, done: number): Omit<RunProgress, 'secondsLeft'> => ({
  projectId: 'p',
  runId: 1,
  phase,
  epoch,
  epochs: 2,
  done,
  total: 100,
  loss: null,
  imagesPerSecond: null,
  peakMemoryBytes: null,
})

test('a new phase, a new epoch and the end of one are told at once, steps between them are not all told', () => {
  const told: RunProgress[] = []
  const report = progressReport((progress) => told.push(progress), Infinity)
  for (const [phase, epoch, done] of [['training', 1, 0], ['training', 1, 50], ['training', 1, 100], ['evaluating', 1, 10], ['training', 2, 1], ['training', 2, 2]] as const) report.report(at(phase, epoch, done))
  expect(told.map(({ phase, epoch, done }) => `${phase} ${epoch} ${done}`)).toEqual(['training 1 0', 'training 1 100', 'evaluating 1 10', 'training 2 1'])
  expect(report.current()).toMatchObject({ epoch: 2, done: 2 })
})

test('time left is unknown at first, and validation between epochs keeps the last word', () => {
  const report = progressReport(() => {})
  report.report(at('training', 1, 40))
  expect(report.current()!.secondsLeft).toBeNull()
  report.report(at('training', 1, 80))
  const left = report.current()!.secondsLeft!
  expect(left).toBeGreaterThan(0)
  report.report(at('evaluating', 1, 1))
  expect(report.current()!.secondsLeft).toBe(left)
  report.report(at('training', 2, 100))
  expect(report.current()!.secondsLeft).toBe(0)
})

test('a stage without epochs has a share of its one piece of work done', () => {
  const report = progressReport(() => {})
  for (const done of [20, 40]) report.report({ ...at('training', 0, done), epochs: 0 })
  expect(report.current()!.secondsLeft).toBeGreaterThan(0)
})

import { expect, it } from 'vitest'
import type { Run } from '../../shared/contract/runs.ts'
import { runOf } from '../../shared/fixtures/run.ts'
import { endingOf, scoredWhere } from './runStates.ts'

const run = (change: Partial<Run>): Run => runOf({ id: 3, status: 'stopped', classes: 8, epochsDone: 4, canResume: true, createdAt: 0, seconds: 9, ...change }, { epochs: 10 })

it('says nothing of a run that goes on or finished', () => {
  expect(endingOf(run({ status: 'training' }))).toBeNull()
  expect(endingOf(run({ status: 'finished' }))).toBeNull()
})

it('says where a stopped run goes on, in the first epoch and after the last too', () => {
  expect(endingOf(run({}))?.text).toBe('Stopped after epoch 4 of 10. Resumed, it goes on with epoch 5 of 10.')
  expect(endingOf(run({ epochsDone: 0 }))?.text).toBe('Stopped in the first epoch. Resumed, it goes on with epoch 1 of 10.')
  expect(endingOf(run({ epochsDone: 10 }))?.text).toContain('goes on with the scores')
})

it('says that a run without a checkpoint starts over', () => {
  expect(endingOf(run({ epochsDone: 0, hasCheckpoint: false }))?.text).toContain('starts from the beginning')
})

it('speaks of no epochs where there are none: weights from a file, an evened classifier', () => {
  const base = run({}).config
  const imported = run({ epochsDone: 0, config: { ...base, epochs: 0 } })
  const evened = run({ epochsDone: 0, hasCheckpoint: false, config: { ...base, stage: 'tau-norm', epochs: 0 } })
  expect(endingOf(imported)?.text).toBe('Stopped before it was scored. Resumed, it goes on with the scores.')
  expect(endingOf({ ...imported, status: 'interrupted', canResume: false, hasCheckpoint: false })?.text).toContain('import its weights again')
  expect(endingOf(evened)?.text).toBe('Stopped before it was scored. It has no checkpoint yet: resumed, it starts from the beginning.')
  expect(endingOf({ ...evened, canResume: false })?.text).toContain('start a new one')
})

it('gives the reason of an interruption where one is known', () => {
  expect(endingOf(run({ status: 'interrupted', failure: 'The trainer was ended by SIGKILL.' }))).toEqual({
    tone: 'warn',
    text: 'The trainer was ended by SIGKILL. Resumed, it goes on with epoch 5 of 10.',
  })
  expect(endingOf(run({ status: 'interrupted' }))?.text).toContain('The program that trained this run ended')
})

it('does not offer to resume what would fail again', () => {
  expect(endingOf(run({ status: 'failed', failure: 'Training diverged.', canResume: false }))).toEqual({
    tone: 'error',
    text: 'Training diverged. This run cannot be resumed: start a new one.',
  })
})

const evaluation: NonNullable<Run['evaluation']> = { split: 'val', images: 20, top1: 0.5, many: null, medium: 0.5, few: null, experts: [], expertsUsed: 1, imagesPerSecond: 90, routing: null, fast: null }

it('says which weights were scored where they lie between two epochs', () => {
  expect(scoredWhere(run({ evaluation }))).toBe('Scored as stopped, in epoch 5; the curves end with epoch 4, the last whole one.')
  expect(scoredWhere(run({ evaluation, epochsDone: 0 }))).toContain('in epoch 1; no epoch is whole')
  expect(scoredWhere(run({ evaluation, status: 'finished', epochsDone: 10 }))).toBeNull()
  expect(scoredWhere(run({}))).toBeNull()
})

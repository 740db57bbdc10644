import * as v from 'valibot'
import { expect, it } from 'vitest'
import type { Run } from '../../../shared/contract/runs.ts'
import { RunRequestSchema, configOf } from '../../../shared/recipe.ts'
import { endingOf } from './words.ts'

const run = (change: Partial<Run>): Run => ({
  id: 3,
  name: 'Run 3',
  status: 'stopped',
  failure: null,
  config: configOf(v.parse(RunRequestSchema, { epochs: 10 })),
  classes: 8,
  trainImages: 100,
  valImages: 20,
  epochsDone: 4,
  hasCheckpoint: true,
  canResume: true,
  createdAt: 0,
  seconds: 9,
  imagesPerSecond: null,
  peakMemoryBytes: null,
  device: null,
  tensorflow: null,
  evaluation: null,
  scored: [],
  ...change,
})

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

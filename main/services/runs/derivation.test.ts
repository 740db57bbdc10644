import { expect, test } from 'vitest'
import { configOf, RunRequestSchema, secondStageConfigOf, SecondStageRequestSchema, type RunConfig, type SecondStage } from '../../../shared/recipe.ts'
import { checked } from '../../../shared/rpc.ts'
import type { RunClass, RunRecord } from '../../store/runs.ts'
import { refuseUnderivable, secondStageName } from './derivation.ts'
import { refuseNonsense } from './recipeChecks.ts'

const recipe = (request: object = {}): RunConfig => configOf(checked(RunRequestSchema, request, 'request'))
const derived = (base: RunConfig, stage: SecondStage): RunConfig => secondStageConfigOf(base, 3, checked(SecondStageRequestSchema, { stage }, 'request'))
const classes = [5, 3].map((train, n): RunClass => ({ classId: n + 1, name: 'ab'[n]!, folderName: 'ab'[n]!, train }))

function refusal(config: RunConfig, stage: SecondStage, more: { readonly status?: RunRecord['status']; readonly classes?: readonly RunClass[] } = {}): string | undefined {
  try {
    refuseUnderivable({ id: 4, status: more.status ?? 'finished', config }, stage, more.classes ?? classes)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

test('any finished run without a router carries any second stage', () => {
  const linear = recipe({ head: 'linear' })
  for (const stage of ['crt', 'lws', 'tau-norm', 'router'] as const) {
    expect(refusal(linear, stage)).toBeUndefined()
    expect(refusal(derived(linear, 'crt'), stage)).toBeUndefined()
    expect(refusal(derived(linear, stage), 'crt') === undefined).toBe(stage !== 'router')
  }
  expect(secondStageName('router', 4)).toBe('Router of run 4')
})

test.each([
  ['a run that did not finish', recipe(), 'crt', { status: 'stopped' }, 'Run 4 is stopped'],
  ['a router', derived(recipe(), 'router'), 'crt', {}, 'Choose run 3, which it stands on.'],
  ['a router that was imported', { ...recipe(), stage: 'router', epochs: 0 }, 'router', {}, 'Choose a run without a router.'],
  ['one expert, for a router', recipe({ experts: 1 }), 'router', {}, 'has one expert'],
  ['a cosine classifier, for tau-normalisation', recipe(), 'tau-norm', {}, 'Train a run with a linear classifier'],
  ['scales that no weights can hold', derived(recipe(), 'lws'), 'router', {}, 'Put the router on run 3'],
  ['a class without images', recipe(), 'crt', { classes: [...classes, { classId: 3, name: 'c', folderName: 'c', train: 0 }] }, 'The class "c" has no training images'],
] as const)('refused: %s', (_what, config, stage, more, words) => {
  expect(refusal(config, stage, more)).toContain(words)
})

test.each([
  [{ sharedLayer3: true }, 'ResNet-32 ends with layer3'],
  [{ backbone: 'resnet50', imageSize: 48 }, 'Choose an image size of 64 or more'],
  [{ batchSize: 8, accumulate: 5 }, 'Choose at most 4 parts'],
])('no training makes sense of %j', (request, words) => {
  expect(() => refuseNonsense(recipe(request))).toThrow(words)
})

test.each([{}, { backbone: 'resnet10', sharedLayer3: true, imageSize: 64 }, { batchSize: 8, accumulate: 4 }])('training makes sense of %j', (request) => {
  expect(() => refuseNonsense(recipe(request))).not.toThrow()
})

import { expect, test } from 'vitest'
import { configOf, RunRequestSchema, secondStageConfigOf, SecondStageRequestSchema, type RunConfig, type SecondStage } from './recipe.ts'
import { reasonAgainstStage, reasonAgainstTeacher, reasonsAgainstRecipe } from './refusals.ts'
import { checked } from './rpc.ts'

const recipe = (request: object = {}): RunConfig => configOf(checked(RunRequestSchema, request, 'request'))
const derived = (base: RunConfig, stage: SecondStage): RunConfig => secondStageConfigOf(base, 3, checked(SecondStageRequestSchema, { stage }, 'request'))

test.each([
  [{ sharedLayer3: true }, ['ResNet-32 ends with layer3']],
  [{ backbone: 'resnet50', imageSize: 48 }, ['Choose an image size of 64 or more']],
  [{ batchSize: 8, accumulate: 5 }, ['Choose at most 4 parts']],
  [{ sharedLayer3: true, batchSize: 8, accumulate: 5 }, ['ResNet-32', 'at most 4 parts']],
  [{}, []],
  [{ backbone: 'resnet10', sharedLayer3: true, imageSize: 64, batchSize: 8, accumulate: 4 }, []],
])('recipe %j', (request, words) => {
  const reasons = reasonsAgainstRecipe(recipe(request))
  expect(reasons).toEqual(words.map((part) => expect.stringContaining(part)))
})

test.each([
  ['one that did not finish', { status: 'stopped' }, 'Run 4 is stopped'],
  ['a router', { config: derived(recipe(), 'router') }, 'Choose run 3, which it stands on.'],
  ['a router that was imported', { config: { ...recipe(), stage: 'router', epochs: 0 } }, 'Choose a run without a router.'],
  ['one of another image size', { config: recipe({ imageSize: 40 }) }, 'images of 40 x 40 and cannot teach a run on 32 x 32'],
  ['one of another fit', { config: recipe({ fit: 'crop' }) }, 'images that were cropped and cannot teach a run on images that are padded'],
] as const)('no teacher: %s', (_what, unlike, words) => {
  expect(reasonAgainstTeacher({ id: 4, status: 'finished', config: recipe(), ...unlike }, recipe())).toContain(words)
})

test('any finished run of the same sight teaches, of whatever network', () => {
  expect(reasonAgainstTeacher({ id: 4, status: 'finished', config: recipe({ experts: 6 }) }, recipe())).toBeNull()
  expect(reasonAgainstTeacher({ id: 4, status: 'finished', config: derived(recipe(), 'crt') }, recipe())).toBeNull()
})

test('any finished run without a router carries any second stage', () => {
  const linear = recipe({ head: 'linear' })
  for (const stage of ['crt', 'lws', 'tau-norm', 'router'] as const) {
    expect(reasonAgainstStage({ id: 4, status: 'finished', config: linear }, stage)).toBeNull()
    expect(reasonAgainstStage({ id: 4, status: 'finished', config: derived(linear, 'crt') }, stage)).toBeNull()
    expect(reasonAgainstStage({ id: 4, status: 'finished', config: derived(linear, stage) }, 'crt') === null).toBe(stage !== 'router')
  }
})

test.each([
  ['a run that did not finish', recipe(), 'crt', 'stopped', 'Run 4 is stopped'],
  ['a router', derived(recipe(), 'router'), 'crt', 'finished', 'Choose run 3, which it stands on.'],
  ['a router that was imported', { ...recipe(), stage: 'router', epochs: 0 }, 'router', 'finished', 'Choose a run without a router.'],
  ['one expert, for a router', recipe({ experts: 1 }), 'router', 'finished', 'has one expert'],
  ['a cosine classifier, for tau-normalisation', recipe(), 'tau-norm', 'finished', 'Train a run with a linear classifier'],
  ['scales that no weights can hold', derived(recipe(), 'lws'), 'router', 'finished', 'Put the router on run 3'],
] as const)('no second stage on %s', (_what, config, stage, status, words) => {
  expect(reasonAgainstStage({ id: 4, status, config }, stage)).toContain(words)
})

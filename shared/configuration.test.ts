import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { RunRequestSchema, SecondStageRequestSchema, configOf, secondStageConfigOf, type RunConfig } from './recipe.ts'
import { configFacts, type Fact } from './configuration.ts'

const config = (choice: v.InferInput<typeof RunRequestSchema> = {}): RunConfig => configOf(v.parse(RunRequestSchema, choice))
const factOf = (of: RunConfig, name: string): Fact | undefined => configFacts(of).find((fact) => fact.name === name)
const valueOf = (choice: v.InferInput<typeof RunRequestSchema>, name: string): string | undefined => factOf(config(choice), name)?.value
const derived = (choice: v.InferInput<typeof SecondStageRequestSchema>): RunConfig => secondStageConfigOf(config(), 3, v.parse(SecondStageRequestSchema, choice))

it('says what the recipe resolved', () => {
  expect(valueOf({ preset: 'fast' }, 'Re-weighting')).toBe('after epoch 24')
  expect(valueOf({ preset: 'fast' }, 'Smaller steps')).toBe('after 24 and 27, by 0.01')
  expect(valueOf({ epochs: 2 }, 'Smaller steps')).toBe('never')
  expect(valueOf({ preset: 'fast', epochs: 6 }, 'Smaller steps')).toBe('after 5, by 0.0001')
  expect(valueOf({ widths: 'full', experts: 2 }, 'Experts')).toBe('2, full width')
  expect(valueOf({ batchSize: 96 }, 'Learning rate')).toBe('0.075, momentum 0.9')
  expect(valueOf({ preset: 'inaturalist' }, 'Backbone')).toBe('ResNet-50')
})

it('names only what holds', () => {
  expect(valueOf({ loss: 'ce' }, 'Re-weighting')).toBeUndefined()
  expect(valueOf({ loss: 'ldam-drw' }, 'Diversity')).toBeUndefined()
  expect(valueOf({}, 'Diversity')).toBe('-0.45, spread 0.05')
  for (const name of ['Adjustment', 'Teacher', 'Starts from', 'Images blended', 'Equal sampling']) expect(valueOf({}, name)).toBeUndefined()
})

it('names every choice that was made', () => {
  expect(valueOf({ loss: 'logit-adjusted', tau: 1.5 }, 'Adjustment')).toBe('1.5')
  expect(valueOf({ preset: 'balpoe' }, 'Adjustment')).toBe('1, spread 1')
  expect(valueOf({ preset: 'balpoe' }, 'Images blended')).toBe('alpha 0.4')
  expect(valueOf({ resample: 'deferred' }, 'Equal sampling')).toBe('after epoch 160')
  expect(valueOf({ reweight: 'always' }, 'Re-weighting')).toBe('from the start')
  expect(factOf(config({ teacherRun: 4 }), 'Teacher')).toEqual({ name: 'Teacher', value: 'run 4', term: 'distillation, temperature 1.5' })
  expect(valueOf({ trunkFile: '/weights/trunk.pth' }, 'Starts from')).toBe('/weights/trunk.pth')
  expect(valueOf({ batchSize: 256, accumulate: 8 }, 'Batch size')).toBe('256 in 8 parts')
  expect(valueOf({ preset: 'imagenet-lt' }, 'Images varied')).toBe('part, flip, colours')
  expect(factOf(config({ preset: 'imagenet-lt', sharedLayer3: true }), 'Backbone')?.term).toBe('experts share layer3')
})

describe('a second stage', () => {
  it('says what stands on which run', () => {
    expect(factOf(derived({ stage: 'router' }), 'Kind')?.value).toBe('Router on run 3')
    expect(factOf(derived({ stage: 'crt' }), 'Kind')?.value).toBe('New classifier (cRT) on run 3')
    expect(factOf(derived({ stage: 'lws' }), 'Kind')?.value).toBe('Scaled classifier (LWS) on run 3')
  })

  it('says how it learns, and nothing of how its experts did', () => {
    const router = derived({ stage: 'router' })
    expect(factOf(router, 'Learning rate')?.value).toBe('0.01, along a cosine')
    expect(factOf(router, 'Asking weighs')?.value).toBe('100 times')
    for (const name of ['Loss', 'Recipe', 'Diversity', 'Re-weighting']) expect(factOf(router, name)).toBeUndefined()
    expect(configFacts(derived({ stage: 'tau-norm', tauNorm: 0.7 })).map((fact) => fact.name)).toEqual(['Kind', 'Backbone', 'Experts', 'Classifier', 'Image size', 'Power of the norms', 'Seed', 'Device asked for'])
  })
})

it('says of weights from a file what they are, and nothing of a training', () => {
  const facts = configFacts({ ...config(), epochs: 0 })
  expect(facts[0]).toEqual({ name: 'Kind', value: 'Weights from a file' })
  expect(facts.some((fact) => fact.name === 'Learning rate')).toBe(false)
})

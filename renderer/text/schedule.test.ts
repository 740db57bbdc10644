import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { RunRequestSchema, SecondStageRequestSchema, configOf, secondStageConfigOf, type RunConfig } from '../../shared/recipe.ts'
import { publishedGain, scheduleSentences } from './schedule.ts'

const config = (choice: v.InferInput<typeof RunRequestSchema> = {}): RunConfig => configOf(v.parse(RunRequestSchema, choice))
const secondStage = (choice: v.InferInput<typeof SecondStageRequestSchema>): RunConfig => secondStageConfigOf(config(), 3, v.parse(SecondStageRequestSchema, choice))

describe('the schedule in sentences', () => {
  it('names the epochs that the recipe resolves', () => {
    expect(scheduleSentences(config({ preset: 'fast' }))).toEqual(['Warms up for 1 epoch.', 'Learns in smaller steps after epoch 24 and 27.', 'Re-weights rare classes after epoch 24.'])
  })

  it('does not speak of re-weighting where there is none', () => {
    expect(scheduleSentences(config({ preset: 'fast', loss: 'ce' })).join(' ')).not.toContain('weights')
    expect(scheduleSentences(config({ preset: 'fast', reweight: 'never' })).join(' ')).not.toContain('weights')
  })

  it('says so where a run is too short to change anything late', () => {
    expect(scheduleSentences(config({ epochs: 2 })).at(-1)).toBe('Never re-weights rare classes: 2 epochs are too few for it.')
    expect(scheduleSentences(config({ epochs: 2, resample: 'deferred', reweight: 'never' })).at(-1)).toBe('Never shows every class equally often: 2 epochs are too few for it.')
    expect(scheduleSentences(config({ epochs: 2 })).join(' ')).not.toContain('smaller steps')
  })

  it('tells what happens early from what happens late', () => {
    expect(scheduleSentences(config({ reweight: 'always', resample: 'deferred' })).slice(-2)).toEqual(['Re-weights rare classes from the start.', 'Shows every class equally often after epoch 160.'])
    expect(scheduleSentences(config({ resample: 'deferred' })).at(-1)).toBe('Re-weights rare classes and shows every class equally often after epoch 160.')
  })

  it('begins with what the run starts from', () => {
    expect(scheduleSentences(config({ preset: 'balpoe', teacherRun: 7, trunkFile: '/weights/resnet50.pth' })).slice(0, 4)).toEqual([
      'Starts from what fits of the weights in resnet50.pth, which is read at the start.',
      'Learns from the answers of run 7 too.',
      'Blends every image with another.',
      'Warms up for 20 epochs.',
    ])
    expect(scheduleSentences(config({ trunkFile: 'C:\\weights\\trunk.safetensors' }))[0]).toBe('Starts from what fits of the weights in trunk.safetensors, which is read at the start.')
  })

  it('says what a second stage keeps and what it learns', () => {
    expect(scheduleSentences(secondStage({ stage: 'router' }))).toEqual([
      'The experts stay as run 3 left them.',
      'For 5 epochs, a router learns when the next expert is worth asking, every class shown equally often, in ever smaller steps.',
    ])
    expect(scheduleSentences(secondStage({ stage: 'tau-norm', tauNorm: 0.7 })).at(-1)).toMatch(/power of 0\.7; nothing is trained\.$/)
    expect(scheduleSentences(secondStage({ stage: 'crt', epochs: 1 })).at(-1)).toMatch(/^For 1 epoch, new classifiers learn/)
  })
})

it('quotes the published gain only for what it was published for', () => {
  expect(publishedGain(config({ experts: 3 }))).toMatch(/CIFAR-100-LT: 25\.7\s%.*10\.6\s%.*ICLR 2021/)
  expect(publishedGain(config({ preset: 'imagenet-lt' }))).toMatch(/ImageNet-LT: 36\.0\s%.*7\.7\s%/)
  expect(publishedGain(config({ preset: 'inaturalist' }))).toMatch(/iNaturalist 2018: 71\.2\s%.*61\.7\s%/)
  for (const choice of [{ experts: 1 }, { loss: 'ce' }, { backbone: 'resnet10' }, { preset: 'balpoe' }, { preset: 'imagenet-lt', sharedLayer3: true }] as const) expect(publishedGain(config(choice))).toBe('')
})

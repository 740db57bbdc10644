import { describe, expect, it } from 'vitest'
import { configOf, RunRequestSchema, secondStageConfigOf, type RunConfig } from '../../shared/recipe.ts'
import { checked } from '../../shared/rpc.ts'
import { isResampled, isReweighted, learningRateAt } from './schedule.ts'

const configFor = (request: object): RunConfig => configOf(checked(RunRequestSchema, request, 'request'))

describe('the learning rate', () => {
  // By epoch, counted from 1: into the warm-up, through it, and on both sides of each step.
  it.each<[string, object, readonly (readonly [epoch: number, rate: number])[]]>([
    ['cifar', { preset: 'cifar' }, [[1, 0.02], [2, 0.04], [5, 0.1], [6, 0.1], [160, 0.1], [161, 1e-3], [180, 1e-3], [181, 1e-5], [200, 1e-5]]],
    ['cifar with a teacher', { preset: 'cifar', teacherRun: 1 }, [[1, 0.005], [19, 0.095], [20, 0.1], [21, 0.1], [161, 1e-3], [181, 1e-5]]],
    ['fast', { preset: 'fast' }, [[1, 0.1], [2, 0.1], [24, 0.1], [25, 1e-3], [27, 1e-3], [28, 1e-5], [30, 1e-5]]],
    ['imagenet-lt', { preset: 'imagenet-lt' }, [[1, 0.02], [5, 0.1], [60, 0.1], [61, 0.01], [80, 0.01], [81, 1e-3], [100, 1e-3]]],
    ['inaturalist', { preset: 'inaturalist' }, [[1, 0.04], [5, 0.2], [60, 0.2], [61, 0.02], [80, 0.02], [81, 2e-3], [100, 2e-3]]],
    ['balpoe', { preset: 'balpoe' }, [[1, 0.02], [6, 0.1], [160, 0.1], [161, 0.01], [180, 0.01], [181, 1e-3], [200, 1e-3]]],
  ])('of %s is the table’s', (_name, request, wanted) => {
    const config = configFor(request)
    for (const [epoch, rate] of wanted) expect(learningRateAt(epoch, config), `epoch ${epoch}`).toBeCloseTo(rate, 12)
  })

  it('of a router follows the cosine from the first of its epochs', () => {
    const router = secondStageConfigOf(configFor({}), 1, { stage: 'router', tauNorm: 1, seed: 0, device: 'auto' })
    for (const [n, share] of [1, 0.9045084971874737, 0.6545084971874737, 0.34549150281252633, 0.09549150281252627].entries()) {
      expect(learningRateAt(n + 1, router)).toBeCloseTo(0.01 * share, 12)
    }
  })

  it('rises to the cosine’s start in the warm-up and falls towards 0 after it', () => {
    const rates = Array.from({ length: 20 }, (_, n) => learningRateAt(n + 1, { ...configFor({}), epochs: 20, warmupEpochs: 5, schedule: 'cosine' }))
    expect(rates.slice(0, 5)).toEqual([0.02, 0.04, 0.06, 0.08, 0.1].map((rate) => expect.closeTo(rate, 12)))
    for (let n = 5; n < 20; n++) expect(rates[n]).toBeLessThan(rates[n - 1]!)
    // Half way down between the warm-up's last epoch, counted 4 from 0, and 20.
    expect(rates[12]).toBeCloseTo(0.05, 12)
    expect(rates[19]).toBeGreaterThan(0)
  })
})

it.each<[string, number]>([['cifar', 160], ['fast', 24], ['imagenet-lt', 80], ['inaturalist', 80]])('%s re-weights after epoch %d', (preset, epoch) => {
  const config = configFor({ preset })
  expect([1, epoch, epoch + 1, config.epochs].map((at) => isReweighted(at, config))).toEqual([false, false, true, true])
})

it.each([
  ['never', [false, false]],
  ['deferred', [false, true]],
  ['always', [true, true]],
] as const)('re-weighting and re-sampling that hold %s do so at %j', (moment, wanted) => {
  const reweightEpoch = 3
  expect([3, 4].map((epoch) => isReweighted(epoch, { reweight: moment, reweightEpoch }))).toEqual(wanted)
  expect([3, 4].map((epoch) => isResampled(epoch, { resample: moment, reweightEpoch }))).toEqual(wanted)
})

import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { configOf, RunRequestSchema } from './recipe.ts'

const resolved = (request: v.InferInput<typeof RunRequestSchema>) => configOf(v.parse(RunRequestSchema, request))

describe('configOf', () => {
  it('gives the paper\'s CIFAR schedule at its full length', () => {
    expect(resolved({})).toMatchObject({ epochs: 200, batchSize: 128, learningRate: 0.1, weightDecay: 5e-4, warmupEpochs: 5, stepEpochs: [160, 180], stepFactor: 0.01, reweightEpoch: 160, diversityFactor: -0.45, temperatureSpread: 0.05 })
  })

  it('scales every epoch count of a shorter run, with at least one epoch of warm-up', () => {
    expect(resolved({ epochs: 30 })).toMatchObject({ warmupEpochs: 1, stepEpochs: [24, 27], reweightEpoch: 24 })
    expect(resolved({ preset: 'fast' })).toMatchObject({ epochs: 30, stepEpochs: [24, 27] })
    expect(resolved({ epochs: 1 })).toMatchObject({ warmupEpochs: 1, stepEpochs: [1, 1], reweightEpoch: 1 })
  })

  it('keeps what a person chose', () => {
    expect(resolved({ experts: 2, learningRate: 0.02, batchSize: 16, seed: 7, loss: 'ce' })).toMatchObject({ experts: 2, learningRate: 0.02, batchSize: 16, seed: 7, loss: 'ce' })
  })

  it.each([{ experts: 0 }, { experts: 9 }, { experts: 2.5 }, { imageSize: 16 }, { imageSize: 225 }, { epochs: 0 }, { learningRate: 0 }, { learningRate: Infinity }, { seed: -1 }, { preset: 'nonesuch' }])('refuses %j', (request) => {
    expect(v.safeParse(RunRequestSchema, request).success).toBe(false)
  })
})

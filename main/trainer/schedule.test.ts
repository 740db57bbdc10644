import { expect, it } from 'vitest'
import { isReweighted, learningRateAt } from './schedule.ts'

const cifar = { learningRate: 0.1, warmupEpochs: 5, stepEpochs: [160, 180], stepFactor: 0.01, reweightEpoch: 160 }

it('warms up, holds, and steps down as the paper does over 200 epochs', () => {
  const rates = [1, 2, 5, 6, 160, 161, 180, 181, 200].map((epoch) => learningRateAt(epoch, cifar))
  const wanted = [0.02, 0.04, 0.1, 0.1, 0.1, 0.001, 0.001, 0.00001, 0.00001]
  for (const [n, rate] of wanted.entries()) expect(rates[n]).toBeCloseTo(rate, 12)
})

it('re-weights from the epoch of the first step on', () => {
  expect([159, 160, 161, 200].map((epoch) => isReweighted(epoch, cifar))).toEqual([false, false, true, true])
})

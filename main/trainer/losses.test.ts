import { expect, it } from 'vitest'
import { classWeightsOf } from './losses/crossEntropy.ts'
import { temperatureOf } from './losses/ride.ts'

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0)

it('weights rare classes more, in total as if none were weighted', () => {
  const weights = classWeightsOf([500, 50, 5], 0.9999)
  expect(sum(weights)).toBeCloseTo(3, 5)
  // Far below 1 / (1 - beta) images, the effective number is nearly the number itself.
  expect(weights[2]! / weights[0]!).toBeCloseTo(100, -1)
})

it('tells rare classes apart more sharply', () => {
  const temperature = temperatureOf([500, 50, 5], 0.05)
  expect(temperature[0]).toBe(1)
  expect(temperature[2]).toBeCloseTo((3 * (5 / 555) * 0.05 + 0.95) / (3 * (500 / 555) * 0.05 + 0.95), 6)
})

it('stays finite where a class has no image', () => {
  for (const values of [classWeightsOf([3, 0], 0.9999), temperatureOf([3, 0], 0.05)]) expect([...values].every((value) => Number.isFinite(value) && value > 0)).toBe(true)
})

import { describe, expect, it } from 'vitest'
import { below, normalOf, permutation, randomWord, symmetricBeta, uniform } from './random.ts'

const draws = 20_000

it('gives the same number for the same keys and others for others', () => {
  expect(randomWord(1, 2, 3)).toBe(randomWord(1, 2, 3))
  expect(new Set([randomWord(1, 2, 3), randomWord(3, 2, 1), randomWord(1, 2), randomWord(1, 2, 3, 0)]).size).toBe(4)
})

it('is uniform over images, over epochs and over seeds', () => {
  for (const keysOf of [(i: number) => [7, 1, i], (i: number) => [7, i, 1], (i: number) => [i, 7, 1]]) {
    const buckets = new Array<number>(20).fill(0)
    for (let i = 0; i < draws; i++) buckets[Math.floor(uniform(...keysOf(i)) * 20)]! += 1
    // Chi-squared with 19 degrees of freedom stays below 43.8 for all but one generator in a thousand.
    const chiSquared = buckets.reduce((sum, count) => sum + (count - draws / 20) ** 2 / (draws / 20), 0)
    expect(chiSquared).toBeLessThan(43.8)
  }
})

it('draws neighbouring keys independently', () => {
  let product = 0
  for (let i = 0; i < draws; i++) product += (uniform(1, i) - 0.5) * (uniform(1, i + 1) - 0.5)
  expect(Math.abs(product / draws) * 12).toBeLessThan(4 / Math.sqrt(draws))
})

it('has the moments of the normal distribution', () => {
  const values = Array.from({ length: draws }, (_, i) => normalOf(randomWord(3, i)))
  const mean = values.reduce((sum, value) => sum + value, 0) / draws
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws
  expect(Math.abs(mean)).toBeLessThan(0.03)
  expect(Math.abs(variance - 1)).toBeLessThan(0.05)
})

it('permutes: everything once, every place as likely', () => {
  expect([...permutation(100, 5, 6)].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
  expect(permutation(100, 5, 6)).toEqual(permutation(100, 5, 6))
  expect(permutation(100, 5, 6)).not.toEqual(permutation(100, 5, 7))
  const firsts = new Array<number>(10).fill(0)
  for (let seed = 0; seed < 5000; seed++) firsts[permutation(10, seed)[0]!]! += 1
  for (const count of firsts) expect(Math.abs(count - 500)).toBeLessThan(110)
  expect(permutation(0, 1)).toHaveLength(0)
})

it('stays below its bound', () => {
  expect(Math.max(...Array.from({ length: 1000 }, (_, i) => below(9, i)))).toBe(8)
  expect(Math.min(...Array.from({ length: 1000 }, (_, i) => below(9, i)))).toBe(0)
})

describe('Beta(alpha, alpha)', () => {
  it.each([0.2, 0.4, 1, 4])('has the mean and the variance of alpha %d', (alpha) => {
    const drawn = Array.from({ length: 4000 }, (_, n) => symmetricBeta(alpha, n))
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length
    const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length
    expect(mean).toBeCloseTo(0.5, 1)
    expect(variance * 4 * (2 * alpha + 1)).toBeCloseTo(1, 1)
    expect(drawn.every((value) => value >= 0 && value <= 1)).toBe(true)
  })

  it('is all one or the other where alpha is tiny', () => {
    for (let n = 0; n < 100; n++) expect(Math.abs(symmetricBeta(1e-4, n) - 0.5)).toBeCloseTo(0.5, 5)
  })
})

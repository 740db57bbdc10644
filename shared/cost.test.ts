import { expect, it } from 'vitest'
import { costOf, timesOfOneExpert } from './cost.ts'

const choice = { experts: 3, widths: 'reduced', head: 'cosine', imageSize: 32 } as const

it('counts the parameters that the authors\' network has', () => {
  expect(costOf(choice, 10).parameters).toBe(770_896)
})

it('adds a bias for the linear head and an expert for an expert', () => {
  expect(costOf({ ...choice, head: 'linear' }, 10).parameters).toBe(770_896 + 3 * 10)
  const one = costOf({ ...choice, experts: 1 }, 10).parameters
  const two = costOf({ ...choice, experts: 2 }, 10).parameters
  expect(costOf(choice, 10).parameters - two).toBe(two - one)
})

it('costs about 0.1 G multiply-accumulates for three experts at 32 x 32, four times that at 64', () => {
  const { trunkMacs, expertMacs } = costOf(choice, 100)
  expect((trunkMacs + 3 * expertMacs) / 1e9).toBeCloseTo(0.1, 1)
  expect(costOf({ ...choice, imageSize: 64 }, 100).trunkMacs).toBe(4 * trunkMacs)
  expect(timesOfOneExpert({ ...choice, experts: 1 }, 100)).toBe(1)
  expect(timesOfOneExpert(choice, 100)).toBeGreaterThan(1.5)
})

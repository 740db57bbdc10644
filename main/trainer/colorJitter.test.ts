import { expect, it } from 'vitest'
import { colorChanges, colorsOf, colorStepsOf, numbersOf } from './colorJitter.ts'

const strength = 0.4
const drawn = Array.from({ length: 3000 }, (_, image) => colorStepsOf(strength, 0, 1, image))

it('depends on seed, epoch and image alone', () => {
  expect(colorStepsOf(strength, 1, 2, 3)).toEqual(colorStepsOf(strength, 1, 2, 3))
  const others = [colorStepsOf(strength, 2, 2, 3), colorStepsOf(strength, 1, 3, 3), colorStepsOf(strength, 1, 2, 4)]
  for (const other of others) expect(other).not.toEqual(colorStepsOf(strength, 1, 2, 3))
})

it('makes each change once, in all six orders alike', () => {
  const orders = new Map<string, number>()
  for (const steps of drawn) {
    const order = steps.map(({ change }) => change).join()
    orders.set(order, (orders.get(order) ?? 0) + 1)
    expect(steps.map(({ change }) => change).sort()).toEqual([...colorChanges])
  }
  expect(orders.size).toBe(6)
  for (const count of orders.values()) expect(count / drawn.length).toBeCloseTo(1 / 6, 1)
})

it('draws each change\'s factor within the strength of 1', () => {
  for (const change of colorChanges) {
    const factors = drawn.map((steps) => steps.find((step) => step.change === change)!.factor)
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.6)
    expect(Math.max(...factors)).toBeLessThanOrEqual(1.4)
    expect(Math.max(...factors) - Math.min(...factors)).toBeGreaterThan(0.79)
  }
  // Each its own.
  expect(new Set(drawn[0]!.map(({ factor }) => factor)).size).toBe(3)
})

it('turns no factor negative, however strong', () => {
  expect(Math.min(...drawn.flatMap((_, image) => colorStepsOf(4, 0, 1, image).map(({ factor }) => factor)))).toBe(0)
})

it('says factor, contrast and saturation of each step to the graph', () => {
  expect(numbersOf([{ change: 'saturation', factor: 0.5 }, { change: 'brightness', factor: 0.75 }, { change: 'contrast', factor: 1.25 }])).toEqual([0.5, 0, 1, 0.75, 0, 0, 1.25, 1, 0])
  const draw = { strength, seed: 0, epoch: 3 }
  expect(colorsOf([9, 4, 7], 0, 3, draw).slice(0, 9)).toEqual(colorsOf([7, 4, 9], 0, 3, draw).slice(18))
})

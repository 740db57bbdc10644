import { expect, it } from 'vitest'
import type { Routed } from '../../../shared/contract/runs.ts'
import { axisAround, gigaflopsWords, isFlat, positionOf, savedWords, thresholdWords, tradeOff } from './routing.ts'

const at = (threshold: number, cost: number, top1: number): Routed => ({
  threshold,
  top1,
  many: top1,
  medium: null,
  few: null,
  expertsUsed: { all: 1, many: 1, medium: null, few: null },
  gigaflops: { all: cost, many: cost, medium: null, few: null },
})
const curve = [at(0.1, 0.2, 0.5), at(0.5, 0.15, 0.48), at(0.9, 0.1, 0.4)]

it('finds the present threshold on the curve', () => {
  expect(positionOf(curve, 0.5)).toBe(1)
  expect(positionOf(curve, 0.97)).toBe(2)
  expect(positionOf([], 0.5)).toBe(0)
})

it('draws accuracy against cost, cheapest first, and nothing of a group without images', () => {
  expect(tradeOff(curve, 'all')).toEqual([[0.1, 40], [0.15, 48], [0.2, 50]])
  expect(tradeOff(curve, 'few')).toEqual([])
})

it('knows a router that no threshold moves', () => {
  expect(isFlat(curve)).toBe(true)
  expect(isFlat([...curve, { ...curve[0]!, expertsUsed: { all: 2, many: 2, medium: null, few: null } }])).toBe(false)
})

it('ends its axes on ticks around the values, and does not blow up what hardly differs', () => {
  const [low, high] = axisAround([48.2, 48.3], 4)
  expect(low).toBeLessThanOrEqual(46.25)
  expect(high).toBeGreaterThanOrEqual(50.25)
  expect(axisAround([0.5, 1], 4)[0]).toBe(0)
})

it('words its numbers', () => {
  expect(gigaflopsWords(0.18734)).toBe('0.187')
  expect(gigaflopsWords(null)).toBe('–')
  expect(thresholdWords(0.5)).toBe('0.50')
  expect(thresholdWords(0.995)).toBe('0.995')
  expect(savedWords(curve[2]!.gigaflops, 'all', 0.2)).toBe('50 % less')
})

import { expect, it } from 'vitest'
import type { Evaluation, Routed } from '../../../shared/contract/runs.ts'
import { askedWords, asksAlike, axisAround, gigaflopsWords, isFlat, positionOf, savedWords, scoringStamp, thresholdWords, tradeOff, withPoint } from './routing.ts'

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

it('takes the present point into the curve, in its place and once', () => {
  const between = withPoint(curve, at(0.3, 0.17, 0.49))
  expect(between.map(({ threshold }) => threshold)).toEqual([0.1, 0.3, 0.5, 0.9])
  expect(withPoint(between, at(0.3, 0.18, 0.5)).map(({ top1 }) => top1)).toEqual([0.5, 0.5, 0.48, 0.4])
})

it('knows a scoring from a moved threshold', () => {
  const allExperts = { top1: 0.5, many: 0.5, medium: null, few: null, gigaflops: 0.2, imagesPerSecond: 80 }
  const evaluation: Evaluation = {
    split: 'val', images: 20, top1: 0.5, many: 0.5, medium: null, few: null, experts: [], expertsUsed: 1.5, imagesPerSecond: 90, fast: null,
    routing: { threshold: 0.5, measuredAt: 0.5, expertsUsed: curve[1]!.expertsUsed, gigaflops: curve[1]!.gigaflops, allExperts },
  }
  const moved = { ...evaluation, top1: 0.4, expertsUsed: 1, routing: { ...evaluation.routing!, threshold: 0.9 } }
  expect(scoringStamp(moved)).toBe(scoringStamp(evaluation))
  expect(scoringStamp({ ...moved, imagesPerSecond: 91 })).not.toBe(scoringStamp(evaluation))
})

it('draws accuracy against cost, cheapest first, and nothing of a group without images', () => {
  expect(tradeOff(curve, 'all')).toEqual([[0.1, 40], [0.15, 48], [0.2, 50]])
  expect(tradeOff(curve, 'few')).toEqual([])
})

it('knows a router that no threshold moves', () => {
  expect(isFlat(curve)).toBe(true)
  expect(isFlat([...curve, { ...curve[0]!, expertsUsed: { all: 2, many: 2, medium: null, few: null } }])).toBe(false)
})

it('knows thresholds with the same answers', () => {
  expect(asksAlike(curve[0]!, curve[1]!)).toBe(true)
  expect(asksAlike(curve[0]!, { ...curve[1]!, expertsUsed: { all: 1.5, many: 1.5, medium: null, few: null } })).toBe(false)
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
  expect([1, 1.004, 1.32, 2, null].map(askedWords)).toEqual(['1 expert', '1 expert', '1.32 experts', '2 experts', '– experts'])
  expect([0.5, 0.025, 0.075].map(thresholdWords)).toEqual(['0.500', '0.025', '0.075'])
  expect(thresholdWords(0.995)).toBe('0.995')
  expect(savedWords(curve[2]!.gigaflops, 'all', 0.2)).toBe('50 % less')
})

import { describe, expect, it } from 'vitest'
import { linePath, niceEnd, spread, ticksBetween } from './axes.ts'

describe('ticks', () => {
  it('are round and within the ends', () => {
    expect(ticksBetween(0, 70, 4)).toEqual([0, 20, 40, 60])
    expect(ticksBetween(1, 30, 6)).toEqual([5, 10, 15, 20, 25, 30])
    expect(ticksBetween(0, 0.35, 4)).toEqual([0, 0.1, 0.2, 0.3])
    expect(ticksBetween(3, 3, 4)).toEqual([3])
  })

  it('end an axis above the largest value', () => {
    expect(niceEnd(67, 4)).toBe(80)
    expect(niceEnd(9.6, 4)).toBe(10)
    expect(niceEnd(0, 4)).toBe(1)
  })
})

it('breaks a line where a value is missing', () => {
  expect(linePath([[0, 1], [1, 2], [2, null], [3, 4]])).toBe('M0.0 1.0h0L1.0 2.0M3.0 4.0h0')
})

it('moves labels apart and keeps them within', () => {
  expect(spread([10, 12, 50], 14, 0, 100)).toEqual([10, 24, 50])
  expect(spread([99, 98], 14, 0, 100)).toEqual([100, 86])
})

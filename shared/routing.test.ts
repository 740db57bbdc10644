import { describe, expect, it } from 'vitest'
import { bestClass, bestClasses, decisionsMade, expertsAsked, meanOfFirst, probabilitiesOf } from './routing.ts'

describe('experts asked', () => {
  const scores = Float32Array.of(0.9, 0.2, 0.4, 0.8, 0.6, 0.7)

  it('are those up to the first score that is not above the threshold', () => {
    expect([...expertsAsked(scores, 3, 0.5)]).toEqual([2, 1, 3])
    expect([...expertsAsked(scores, 3, 0.1)]).toEqual([3, 3, 3])
    expect([...expertsAsked(scores, 3, 0.95)]).toEqual([1, 1, 1])
    expect([...expertsAsked(scores, 2, 0.5)]).toEqual([2, 1, 1, 2, 2, 2])
  })

  it('stop at a score that is the threshold, in float32 as the network compares', () => {
    expect([...expertsAsked(Float32Array.of(0.7), 2, 0.7)]).toEqual([1])
    expect([...expertsAsked(Float32Array.of(0.1), 2, 0.1)]).toEqual([1])
  })

  it('took a decision each, but the last', () => {
    expect([1, 2, 3].map((asked) => decisionsMade(asked, 3))).toEqual([1, 2, 2])
  })
})

describe('an answer', () => {
  const logits = [Float32Array.of(1, 2, 6), Float32Array.of(3, 2, 0), Float32Array.of(5, 5, 0)]

  it('is the mean of the experts asked', () => {
    expect([...meanOfFirst(logits, 1)]).toEqual([1, 2, 6])
    expect([...meanOfFirst(logits, 2)]).toEqual([2, 2, 3])
    expect([...meanOfFirst(logits, 3)]).toEqual([3, 3, 2])
    expect([...logits[0]!]).toEqual([1, 2, 6])
  })

  it('names the best classes first, of equal ones the lower', () => {
    expect(bestClasses(meanOfFirst(logits, 2), 3)).toEqual([2, 0, 1])
    expect(bestClasses(Float32Array.of(1, 4, 2, 4, 3), 3)).toEqual([1, 3, 4])
    expect(bestClasses(Float32Array.of(1, 2), 5)).toEqual([1, 0])
    expect(bestClass(Float32Array.of(1, 4, 2, 4, 3))).toBe(1)
  })

  it('is as probable as its softmax, however large the logits', () => {
    const mean = Float32Array.of(0, Math.log(3))
    expect(probabilitiesOf(mean)(1)).toBeCloseTo(0.75, 6)
    expect(probabilitiesOf(Float32Array.of(1000, 0))(0)).toBe(1)
    expect(probabilitiesOf(Float32Array.of(1000, 0))(1)).toBe(0)
  })
})

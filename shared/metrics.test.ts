import { expect, it } from 'vitest'
import { accuracyOf, classScoresOf, confusionsOf, meanByGroup, wilsonInterval } from './metrics.ts'

const actual = [0, 0, 0, 1, 1, 2]
const predicted = [0, 0, 1, 1, 0, 0]

it('scores by group of the true class', () => {
  expect(accuracyOf(actual, predicted, [500, 50, 5])).toEqual({ top1: 3 / 6, many: 2 / 3, medium: 1 / 2, few: 0 })
  expect(accuracyOf(actual, predicted, [500, 500, 500])).toEqual({ top1: 3 / 6, many: 3 / 6, medium: null, few: null })
  expect(accuracyOf([], [], [])).toEqual({ top1: null, many: null, medium: null, few: null })
})

it('counts confusions and scores classes from them', () => {
  const cells = confusionsOf(actual, predicted, 3)
  expect(cells).toEqual([
    { actual: 0, predicted: 0, count: 2 },
    { actual: 0, predicted: 1, count: 1 },
    { actual: 1, predicted: 0, count: 1 },
    { actual: 1, predicted: 1, count: 1 },
    { actual: 2, predicted: 0, count: 1 },
  ])
  expect(classScoresOf(cells, 4)).toEqual([
    { support: 3, correct: 2, predicted: 4, recall: 2 / 3, precision: 2 / 4 },
    { support: 2, correct: 1, predicted: 2, recall: 1 / 2, precision: 1 / 2 },
    { support: 1, correct: 0, predicted: 0, recall: 0, precision: null },
    { support: 0, correct: 0, predicted: 0, recall: null, precision: null },
  ])
})

it('gives the Wilson interval at 95 %', () => {
  const [low, high] = wilsonInterval(5, 7)!
  expect(low).toBeCloseTo(0.3589, 4)
  expect(high).toBeCloseTo(0.9178, 4)
  expect(wilsonInterval(0, 4)![0]).toBe(0)
  expect(wilsonInterval(4, 4)![1]).toBeCloseTo(1, 12)
  expect(wilsonInterval(0, 0)).toBeNull()
})

it('averages a number of each image by group of the true class', () => {
  expect(meanByGroup([1, 2, 3, 1, 1, 3], actual, [500, 50, 5])).toEqual({ all: 11 / 6, many: 2, medium: 1, few: 3 })
  expect(meanByGroup([1, 2], [0, 0], [500])).toEqual({ all: 1.5, many: 1.5, medium: null, few: null })
})

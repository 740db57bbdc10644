import { expect, it } from 'vitest'
import { count, counted, durationWords, percent, points } from './words.ts'

it('durations carry over into the larger unit', () => {
  expect([0, 0.4, 5.26, 59.7, 61, 119.7].map(durationWords)).toEqual(['0 s', 'under 1 s', '5 s', '1 min', '1 min 1 s', '2 min'])
  expect([3599.6, 7260, 86_399, 90_000].map(durationWords)).toEqual(['1 h', '2 h 1 min', '1 d', '1 d 1 h'])
})

it('numbers have separators, shares one decimal, and differences of shares their sign', () => {
  expect([count(12418), count(null), counted(1, 'image'), counted(12418, 'image'), counted(0, 'class', 'classes')]).toEqual(['12,418', '–', '1 image', '12,418 images', '0 classes'])
  expect([percent(0.6214), percent(1), percent(null)]).toEqual(['62.1 %', '100.0 %', '–'])
  expect([points(0.021), points(-0.3), points(0), points(-0.0001)]).toEqual(['+2.1', '−30.0', '0.0', '0.0'])
})

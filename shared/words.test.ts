import { expect, it } from 'vitest'
import { durationWords } from './words.ts'

it('durations carry over into the larger unit', () => {
  expect([0, 0.4, 5.26, 59.7, 61, 119.7].map(durationWords)).toEqual(['0 s', 'under 1 s', '5 s', '1 min', '1 min 1 s', '2 min'])
  expect([3599.6, 7260, 86_399, 90_000].map(durationWords)).toEqual(['1 h', '2 h 1 min', '1 d', '1 d 1 h'])
})

import { expect, it } from 'vitest'
import { analysis } from './analysis.ts'

it('says what is compared', () => {
  expect(analysis.over('experts', 3, [4], 1980, 'val')).toBe('Over the 3 experts of run 4, on 1,980 validation images.')
  expect(analysis.over('runs', 2, [4, 5], 1, 'test')).toContain('(4, 5), on 1 test image that')
})

it('says of two members that they have no majority', () => {
  expect(analysis.caveat('experts', 2)).toMatch(/do not add up to the error\. Two experts have no majority/)
  expect(analysis.caveat('runs', 3)).toBe('Bias and variance do not add up to the error.')
})

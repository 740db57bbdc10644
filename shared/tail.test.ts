import { expect, it } from 'vitest'
import { groupOf, headFirst, imbalanceFactor } from './tail.ts'

it('puts the borders where the paper does: more than 100, 20 to 100, fewer than 20', () => {
  expect([101, 100, 20, 19, 0].map(groupOf)).toEqual(['many', 'medium', 'medium', 'few', 'few'])
})

it('takes the imbalance over classes that have training images', () => {
  expect(imbalanceFactor([500, 5, 0])).toBe(100)
  expect(imbalanceFactor([7])).toBeNull()
  expect(imbalanceFactor([7, 0])).toBeNull()
  expect(imbalanceFactor([])).toBeNull()
})

it('orders head first, equal counts by name', () => {
  const classes = [
    { name: 'b', train: 3 },
    { name: 'a', train: 3 },
    { name: 'c', train: 9 },
  ]
  expect(classes.sort(headFirst).map(({ name }) => name)).toEqual(['c', 'a', 'b'])
})

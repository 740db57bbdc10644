import { expect, it } from 'vitest'
import { groupOf, headFirst, imbalanceFactor, rarestFirst } from './tail.ts'

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

const mistake = (train: number, count: number, actualName: string, predictedName: string) => ({ train, count, actualName, predictedName })

it('mistakes come from the rarest true class on, then by falling count, then by name', () => {
  const sorted = [mistake(2, 1, 'b', 'z'), mistake(2, 1, 'b', 'a'), mistake(2, 1, 'a', 'z'), mistake(2, 9, 'z', 'a'), mistake(1, 1, 'z', 'a'), mistake(50, 99, 'a', 'b')].sort(rarestFirst)
  expect(sorted.map(({ train, count, actualName, predictedName }) => `${train} ${count} ${actualName}${predictedName}`)).toEqual(['1 1 za', '2 9 za', '2 1 az', '2 1 ba', '2 1 bz', '50 99 ab'])
})

import { expect, test } from 'vitest'
import { splitToShow } from './splits.ts'

test.each([
  [['train', 'val', 'test'], 'val'],
  [['train', 'test'], 'test'],
  [['train'], 'train'],
  [[], null],
] as const)('of %j, the figures are of %s', (scored, shown) => {
  expect(splitToShow(scored)).toBe(shown)
})

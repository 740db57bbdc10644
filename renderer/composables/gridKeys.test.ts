import { expect, test } from 'vitest'
import { reached } from './gridKeys.ts'

const shape = { total: 23, columns: 5, rowsInSight: 2 }

test('arrows go a cell or a row, Page as many rows as are in sight, Home and End to the ends', () => {
  const keys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End']
  expect(keys.map((key) => reached(key, 12, shape))).toEqual([11, 13, 7, 17, 2, 22, 0, 22])
})

test('nothing leads out of the grid', () => {
  expect(['ArrowLeft', 'ArrowUp', 'PageUp'].map((key) => reached(key, 0, shape))).toEqual([0, 0, 0])
  expect(['ArrowRight', 'ArrowDown', 'PageDown'].map((key) => reached(key, 22, shape))).toEqual([22, 22, 22])
})

test('other keys lead nowhere', () => {
  expect(['Enter', ' ', 'a', 'Escape', 'toString'].map((key) => reached(key, 12, shape))).toEqual([null, null, null, null, null])
})

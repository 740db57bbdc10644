import { expect, it } from 'vitest'
import { initialValues } from './initialize.ts'

const convolution = { name: 'conv', shape: [3, 3, 16, 64], initial: { kind: 'kaiming', fan: 9 * 16 } } as const

it('draws a convolution with the deviation that its fan asks for', () => {
  const values = initialValues(convolution, 0)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
  expect(Math.abs(mean)).toBeLessThan(0.01)
  expect(deviation / Math.sqrt(2 / (9 * 16))).toBeCloseTo(1, 1)
})

it('draws others for another name and another seed, the same again', () => {
  expect(initialValues(convolution, 0)).toEqual(initialValues(convolution, 0))
  expect(initialValues(convolution, 1)).not.toEqual(initialValues(convolution, 0))
  expect(initialValues({ ...convolution, name: 'other' }, 0)).not.toEqual(initialValues(convolution, 0))
})

it('gives a cosine classifier columns of length 1', () => {
  const [rows, columns] = [48, 10]
  const values = initialValues({ name: 'linears.0.weight', shape: [rows, columns], initial: { kind: 'unit-columns' } }, 0)
  for (let c = 0; c < columns; c++) {
    const squares = Array.from({ length: rows }, (_, r) => values[r * columns + c]! ** 2)
    expect(squares.reduce((sum, square) => sum + square, 0)).toBeCloseTo(1, 5)
  }
  expect(Math.min(...values)).toBeLessThan(0)
})

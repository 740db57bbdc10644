import { expect, it } from 'vitest'
import { shareDone } from './progress.ts'

const progress = { phase: 'training', epoch: 1, epochs: 4, done: 0, total: 10 } as const

it('counts whole epochs and the steps of the one that goes on', () => {
  expect(shareDone(progress)).toBe(0)
  expect(shareDone({ ...progress, epoch: 3, done: 5 })).toBe(0.625)
  expect(shareDone({ ...progress, epoch: 4, done: 10 })).toBe(1)
})

it('knows no end while images are prepared, and is done while they are scored', () => {
  expect(shareDone({ ...progress, phase: 'preparing' })).toBeNull()
  expect(shareDone({ ...progress, phase: 'evaluating' })).toBe(1)
})

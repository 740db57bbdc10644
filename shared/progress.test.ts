import { expect, it } from 'vitest'
import { shareDone } from './progress.ts'

const progress = { phase: 'training', epoch: 1, epochs: 4, done: 0, total: 10 } as const

it('counts whole epochs and the steps of the one that goes on', () => {
  expect(shareDone(progress)).toBe(0)
  expect(shareDone({ ...progress, epoch: 3, done: 5 })).toBe(0.625)
  expect(shareDone({ ...progress, epoch: 4, done: 10 })).toBe(1)
})

it('knows no end while images are prepared', () => {
  expect(shareDone({ ...progress, phase: 'preparing' })).toBeNull()
})

it('stands at the end of the epoch that is being scored, and at the end of the run with the last', () => {
  expect(shareDone({ ...progress, phase: 'evaluating', done: 3 })).toBe(0.25)
  expect(shareDone({ ...progress, phase: 'evaluating', epoch: 4 })).toBe(1)
})

it('counts the images that are scored where nothing is trained', () => {
  expect(shareDone({ ...progress, phase: 'evaluating', epoch: 0, epochs: 0, done: 4 })).toBe(0.4)
})

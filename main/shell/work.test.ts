import { expect, it } from 'vitest'
import { runOf } from '../../shared/fixtures/run.ts'
import { followWork } from './work.ts'

const [one, other] = ['6f9619ff-8b86-4011-b42d-00cf4fc964ff', '6f9619ff-8b86-4011-b42d-00cf4fc964fe']
const training = { projectId: one, runId: 1, phase: 'training', epoch: 2, epochs: 4, done: 0, total: 10, loss: null, imagesPerSecond: null, secondsLeft: null, peakMemoryBytes: null } as const
const reading = { projectId: other, folder: '/images', phase: 'reading', done: 1, total: 10, added: 0, skipped: 0, startedAt: 0 } as const
const nothing = { share: -1, mode: 'none', isTraining: false }

it('shows a run from its beginning to its end', () => {
  const work = followWork()
  expect(work.now()).toEqual(nothing)
  work.changed(one, runOf({ id: 1, status: 'preparing' }))
  expect(work.now()).toEqual({ share: null, mode: 'indeterminate', isTraining: true })
  work.progressed(training)
  expect(work.now()).toEqual({ share: 0.25, mode: 'normal', isTraining: true })
  expect(work.changed(one, runOf({ id: 1, status: 'evaluating' }))).toBeNull()
  expect(work.changed(one, runOf({ id: 1, status: 'finished' }))).toMatchObject({ id: 1 })
  expect(work.now()).toEqual(nothing)
})

it('tells nobody of a run that is changed after its end, as by another threshold', () => {
  const work = followWork()
  expect(work.changed(one, runOf({ id: 1 }))).toBeNull()
  work.progressed(training)
  expect(work.now()).toEqual(nothing)
})

it('shows what ended otherwise until it is seen: a failure in red, a stop as a pause that needs no notice', () => {
  const work = followWork()
  work.changed(one, runOf({ id: 1, status: 'training' }))
  expect(work.changed(one, runOf({ id: 1, status: 'stopped' }))).toBeNull()
  expect(work.now()).toMatchObject({ share: 1, mode: 'paused' })
  work.changed(one, runOf({ id: 2, status: 'training' }))
  expect(work.changed(one, runOf({ id: 2, status: 'failed' }))).toMatchObject({ id: 2 })
  expect(work.now()).toMatchObject({ share: 1, mode: 'error' })
  work.seen()
  expect(work.now()).toEqual(nothing)
})

it('shows the slower of a run and an import, and forgets both with their project', () => {
  const work = followWork()
  work.changed(one, runOf({ id: 1, status: 'training' }))
  work.progressed(training)
  work.importing(reading)
  expect(work.now()).toEqual({ share: 0.1, mode: 'normal', isTraining: true })
  work.importing({ ...reading, phase: 'splitting' })
  expect(work.now()).toMatchObject({ mode: 'indeterminate' })
  work.importEnded(other)
  expect(work.now()).toMatchObject({ share: 0.25 })
  work.closed(one)
  expect(work.now()).toEqual(nothing)
})

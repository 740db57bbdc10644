import { expect, it } from 'vitest'
import { effectScope } from 'vue'
import { Failure } from '../../shared/failure.ts'
import { useAttempt } from './useAttempt.ts'
import { useNotices } from './useNotices.ts'

it('is busy while the action goes on, and keeps the sentence of a failure until the next attempt', async () => {
  const { busy, failure, attempt } = useAttempt()
  const going = attempt(() => Promise.reject(new Failure('disk', 'The disk is full.')))
  expect(busy.value).toBe(true)
  await going
  expect([busy.value, failure.value]).toEqual([false, 'The disk is full.'])
  await attempt(() => Promise.resolve(1))
  expect([busy.value, failure.value]).toEqual([false, ''])
})

it('tells a failure elsewhere where it is given somebody to tell', async () => {
  const told: unknown[] = []
  const { busy, failure, attempt } = useAttempt((error) => told.push(error))
  const problem = new Error('gone')
  await attempt(() => Promise.reject(problem))
  expect([told, busy.value, failure.value]).toEqual([[problem], false, ''])
})

it('tells a failure in the corner where whoever asked is gone by then', async () => {
  const dialog = effectScope()
  const { failure, attempt } = dialog.run(() => useAttempt())!
  const going = attempt(() => Promise.reject(new Failure('unreadable', 'None of the images can be read.')))
  dialog.stop()
  await going
  expect(useNotices().notices.value.map(({ text, tone }) => [text, tone])).toEqual([['None of the images can be read.', 'error']])
  expect(failure.value).toBe('')
})

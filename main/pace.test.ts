import { expect, test } from 'vitest'
import { pace } from './pace.ts'

test('the first call is in time, others only once the time has passed, and whatever must be said now', () => {
  const seldom = pace(Infinity)
  expect([seldom(), seldom(), seldom(true), seldom()]).toEqual([true, false, true, false])
  const always = pace(0)
  expect([always(), always()]).toEqual([true, true])
})

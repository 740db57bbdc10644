import { expect, test } from 'vitest'
import { turnstile } from './turnstile.ts'

test('never more than asked for at a time, in the order in which they came, also past what fails', async () => {
  const taken = turnstile(2)
  const ends: (() => void)[] = []
  const began: number[] = []
  let going = 0
  let most = 0
  const work = Array.from({ length: 6 }, (_, n) =>
    taken(async () => {
      began.push(n)
      most = Math.max(most, (going += 1))
      await new Promise<void>((resolve) => ends.push(resolve))
      going -= 1
      if (n === 1) throw new Error('one')
      return n
    }).catch(() => 'failed'),
  )
  expect(began).toEqual([0, 1])
  for (const [n, asked] of work.entries()) {
    ends[n]!()
    await asked
  }
  expect(await Promise.all(work)).toEqual([0, 'failed', 2, 3, 4, 5])
  expect([began, most]).toEqual([[0, 1, 2, 3, 4, 5], 2])
})

test('what nobody needs any more leaves before its turn; what goes on is not disturbed, and nobody loses a place', async () => {
  const taken = turnstile(1)
  const began: string[] = []
  const stops = { first: new AbortController(), second: new AbortController() }
  let endFirst: (() => void) | undefined
  const first = taken(async () => {
    began.push('first')
    await new Promise<void>((resolve) => (endFirst = resolve))
    return 1
  }, stops.first.signal)
  const second = taken(async () => void began.push('second'), stops.second.signal)
  const third = taken(async () => void began.push('third'), new AbortController().signal)
  stops.first.abort()
  stops.second.abort()
  await expect(second).rejects.toMatchObject({ code: 'cancelled' })
  await expect(taken(async () => void began.push('late'), stops.second.signal)).rejects.toMatchObject({ code: 'cancelled' })
  endFirst!()
  expect(await first).toBe(1)
  await third
  await taken(async () => void began.push('fourth'))
  expect(began).toEqual(['first', 'third', 'fourth'])
})

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

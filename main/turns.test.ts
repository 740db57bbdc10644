import { expect, test } from 'vitest'
import { inTurns } from './turns.ts'

/** Ten pieces, each longer than a slice. */
function* longWork(done: number[]): Generator<void, string> {
  for (let piece = 0; piece < 10; piece++) {
    for (const began = performance.now(); performance.now() - began < 10; );
    done.push(piece)
    yield
  }
  return 'all'
}

test('others get their turns while long work goes on', async () => {
  const done: number[] = []
  const seen: number[] = []
  const look = (): void => {
    seen.push(done.length)
    if (done.length < 10) setImmediate(look)
  }
  setImmediate(look)
  expect(await inTurns(longWork(done), new AbortController().signal)).toBe('all')
  expect(seen).toEqual(expect.arrayContaining([1, 5, 9]))
})

test('what is cancelled is not called on', async () => {
  const stop = new AbortController()
  const done: number[] = []
  const work = inTurns(longWork(done), stop.signal)
  stop.abort()
  await expect(work).rejects.toMatchObject({ code: 'cancelled' })
  expect(done).toEqual([0])
  await expect(inTurns(longWork(done), stop.signal)).rejects.toMatchObject({ code: 'cancelled' })
  expect(done).toEqual([0])
})

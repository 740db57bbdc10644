import { expect, test } from 'vitest'
import { keptParts } from './keptParts.ts'

const most = 100_000
const column = (bytes: number) => (): Uint8Array => new Uint8Array(bytes)
const searched = (): Uint32Array => new Uint32Array()

test('above so many bytes, what was asked for longest ago is let go', () => {
  const parts = keptParts(most)
  const [first, second] = [parts.make('first', '', column(40_000)), parts.make('second', '', column(40_000))]
  expect(parts.make('first', '', column(1))).toBe(first)
  parts.make('third', '', column(40_000))
  expect(parts.make('first', '', column(1))).toBe(first)
  expect(parts.make('second', '', column(1))).not.toBe(second)
})

test('searches that find nothing are let go too, and those that are being read are not', async () => {
  const parts = keptParts(most)
  let end: ((read: Uint32Array) => void) | undefined
  const reading = parts.read('reading', '', () => new Promise<Uint32Array>((resolve) => (end = resolve)))
  const first = await parts.read('search 0', '', () => Promise.resolve(searched()))
  for (let n = 1; n <= 1000; n++) await parts.read(`search ${n}`, '', () => Promise.resolve(searched()))
  const last = await parts.read('search 1000', '', () => Promise.resolve(new Uint32Array(1)))
  expect(last).toHaveLength(0)
  expect(await parts.read('search 0', '', () => Promise.resolve(searched()))).not.toBe(first)
  const again = parts.read('reading', '', () => Promise.reject(new Error('It is read twice.')))
  const read = Uint32Array.of(7)
  end!(read)
  expect(await reading).toBe(read)
  expect(await again).toBe(read)
})

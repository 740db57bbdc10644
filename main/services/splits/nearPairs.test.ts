import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isNearTone, maxDistance, nearPairs, type Compared, type Looks } from './nearPairs.ts'

function looksOf(images: readonly { readonly look: readonly number[]; readonly tone?: number; readonly detail?: number }[]): Looks {
  return {
    look: Uint8Array.from(images.flatMap(({ look }) => look)),
    tone: Uint8Array.from(images.flatMap(({ tone = 100, detail = 64 }) => [tone, tone, tone, tone, tone, tone, tone, detail])),
  }
}

function pairsOf(looks: Looks, distance: number): { readonly pairs: readonly string[]; readonly compared: Compared } {
  const pairs: string[] = []
  const work = nearPairs(looks, distance, (a, b, apart) => pairs.push(`${Math.min(a, b)} ${Math.max(a, b)} ${apart}`))
  let step = work.next()
  while (!step.done) step = work.next()
  return { pairs: pairs.sort(), compared: step.value }
}

function bitsApart({ look }: Looks, a: number, b: number): number {
  let bits = 0
  for (let k = 0; k < 8; k++) for (let bit = 0; bit < 8; bit++) bits += ((look[a * 8 + k]! ^ look[b * 8 + k]!) >> bit) & 1
  return bits
}

/** Looks that differ from one of a few in some bits, so that near ones are there to be found. */
const crowd = fc.array(fc.record({ of: fc.nat(3), flips: fc.array(fc.nat(63), { maxLength: 6 }), tone: fc.constantFrom(90, 110, 200) }), { maxLength: 40 }).map((images) =>
  looksOf(
    images.map(({ of, flips, tone }) => {
      const look = [0x0f, 0x35, 0xa1, 0x7e, 0x10, 0xc4, 0x9b, 0x62].map((byte) => (byte * (2 * of + 1)) & 0xff)
      for (const bit of flips) look[bit >> 3]! ^= 1 << (bit & 7)
      return { look, tone }
    }),
  ),
)

test('finds exactly the pairs that a look at every pair finds, each once', () => {
  fc.assert(
    fc.property(crowd, fc.integer({ min: 0, max: maxDistance }), (looks, distance) => {
      const { pairs, compared } = pairsOf(looks, distance)
      expect(compared.isWhole).toBe(true)
      expect(new Set(pairs).size).toBe(pairs.length)
      // Of the same look, each is paired with the first of near tone only.
      const firsts = Array.from({ length: looks.look.length / 8 }, (_, n) => n).filter((n, _, all) => !all.some((m) => m < n && bitsApart(looks, m, n) === 0 && isNearTone(looks.tone, m, n)))
      const expected: string[] = []
      firsts.forEach((a, n) => {
        for (const b of firsts.slice(n + 1)) if (bitsApart(looks, a, b) <= distance && isNearTone(looks.tone, a, b)) expected.push(`${a} ${b} ${bitsApart(looks, a, b)}`)
      })
      expect(pairs.filter((pair) => pair.split(' ').slice(0, 2).every((n) => firsts.includes(Number(n))))).toEqual(expected.sort())
    }),
    { numRuns: 300 },
  )
})

test('thousands of the same look are a star, not all their pairs', () => {
  const { pairs } = pairsOf(looksOf(Array.from({ length: 3000 }, () => ({ look: [1, 2, 3, 4, 5, 6, 7, 8] }))), 4)
  expect(pairs).toHaveLength(2999)
})

test('images too plain to compare are counted and left out, others need near colours too', () => {
  const plain = { look: [0, 0, 0, 0, 0, 0, 0, 0], detail: 3 }
  const { pairs, compared } = pairsOf(looksOf([plain, plain, { look: [1, 1, 1, 1, 1, 1, 1, 1], tone: 10 }, { look: [1, 1, 1, 1, 1, 1, 1, 1], tone: 240 }]), 4)
  expect(pairs).toEqual([])
  expect(compared).toEqual({ isWhole: true, plain: 2 })
  expect(pairsOf(looksOf([]), 4).compared).toEqual({ isWhole: true, plain: 0 })
})

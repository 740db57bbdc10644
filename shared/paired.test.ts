import { assert, nat, property, record } from 'fast-check'
import { expect, it } from 'vitest'
import { exactMcNemar, pairedOf, type PairedCounts } from './paired.ts'

const countsOf = (stayedRight: number, turnedRight: number, turnedWrong: number, stayedWrong: number): PairedCounts => ({ stayedRight, turnedRight, turnedWrong, stayedWrong })

it.each([
  // Bentur et al. 2009 and Cavo et al. 2012, as Fagerland, Lydersen and Laake 2013 give them.
  ['airway hyper-responsiveness', 1, 7, 0.0703],
  ['complete response', 6, 16, 0.0525],
  // Twice the tail of Pascal’s triangle, in whole numbers.
  ['twelve and three', 12, 3, 0.03516],
  ['a thousand', 480, 520, 0.21745],
  ['ten thousand', 4900, 5100, 0.04659],
  ['nothing turned', 0, 0, 1],
  ['as many each way', 7, 7, 1],
])('the test of %s is as published', (_of, turnedRight, turnedWrong, p) => {
  expect(exactMcNemar(turnedRight, turnedWrong)).toBeCloseTo(p, 4)
})

/** The same in whole numbers: twice the tail of Pascal's row over 2^n. */
function inWholeNumbers(turnedRight: number, turnedWrong: number): number {
  const turned = BigInt(turnedRight + turnedWrong)
  let term = 1n
  let tail = 0n
  for (let k = 0n; k <= BigInt(Math.min(turnedRight, turnedWrong)); k++) {
    tail += term
    term = (term * (turned - k)) / (k + 1n)
  }
  const scale = 10n ** 30n
  return Math.min(1, Number((2n * tail * scale) / 2n ** turned) / 1e30)
}

it('agrees with whole numbers, whatever turned', () => {
  assert(
    property(nat(700), nat(700), (turnedRight, turnedWrong) => {
      const expected = inWholeNumbers(turnedRight, turnedWrong)
      expect(Math.abs(exactMcNemar(turnedRight, turnedWrong) - expected)).toBeLessThan(1e-10 * expected + 1e-25)
    }),
  )
})

it('stays a number where 2^-n is none', () => {
  expect(exactMcNemar(500_000, 500_000)).toBe(1)
  expect(exactMcNemar(501_000, 499_000)).toBeCloseTo(0.0456, 3)
  expect(exactMcNemar(600_000, 400_000)).toBe(0)
})

it.each([
  // Newcombe 1998, method 10.
  [36, 12, 2, 0, 0.0569, 0.3404],
  [18, 12, 2, 18, 0.0562, 0.329],
  [53, 0, 0, 1, -0.0729, 0.0729],
])('the interval of %d, %d, %d, %d is as published', (a, b, c, d, low, high) => {
  const { difference } = pairedOf(countsOf(a, b, c, d))
  expect(difference!.share).toBeCloseTo((b - c) / (a + b + c + d), 12)
  expect(difference!.low).toBeCloseTo(low, 4)
  expect(difference!.high).toBeCloseTo(high, 4)
})

const anyCounts = record({ stayedRight: nat(400), turnedRight: nat(400), turnedWrong: nat(400), stayedWrong: nat(400) })

it('says the same backwards, with the sign turned', () => {
  assert(
    property(anyCounts, (counts) => {
      const forth = pairedOf(counts)
      const back = pairedOf({ ...counts, turnedRight: counts.turnedWrong, turnedWrong: counts.turnedRight })
      expect(back.p).toBe(forth.p)
      expect(back.before).toEqual(forth.after)
      if (forth.difference) {
        expect(back.difference!.low).toBeCloseTo(-forth.difference.high, 12)
        expect(back.difference!.high).toBeCloseTo(-forth.difference.low, 12)
      }
    }),
  )
})

it('keeps every share within its interval, and every interval within what can be', () => {
  assert(
    property(anyCounts, (counts) => {
      const { images, before, after, difference } = pairedOf(counts)
      if (images === 0) return
      for (const { share, low, high } of [before!, after!, difference!]) {
        expect(low).toBeLessThanOrEqual(share + 1e-12)
        expect(high).toBeGreaterThanOrEqual(share - 1e-12)
      }
      expect(difference!.low).toBeGreaterThanOrEqual(-1)
      expect(difference!.high).toBeLessThanOrEqual(1)
      expect(after!.share - before!.share).toBeCloseTo(difference!.share, 12)
    }),
  )
})

it('has no shares of no images', () => {
  expect(pairedOf(countsOf(0, 0, 0, 0))).toMatchObject({ images: 0, before: null, after: null, difference: null, p: null })
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anywhere, assignBursts, type Bursts } from './assign.ts'

/** Each burst as images by class: `{ 0: 3 }` is three images of class 0. */
type Burst = Readonly<Record<number, number>>

function burstsOf(list: readonly Burst[], held: readonly number[] = [], seed = 1): Bursts {
  const rows = list.map((burst) => Object.entries(burst).map(([of, count]) => [Number(of), count] as const))
  const starts = Int32Array.from([0, ...rows.map((_, n) => rows.slice(0, n + 1).reduce((sum, row) => sum + row.length, 0))])
  const order = Float64Array.from(list, (_, n) => (Math.imul(n + 1, 2_654_435_761 * seed) >>> 0) / 2 ** 32)
  return { starts, classes: Int32Array.from(rows.flat(), ([of]) => of), counts: Int32Array.from(rows.flat(), ([, count]) => count), held: Int8Array.from(list, (_, n) => held[n] ?? -1), order }
}

function assigned(list: readonly Burst[], shares: readonly [number, number, number], held: readonly number[] = [], seed = 1): { readonly splits: readonly number[]; countsOf(of: number): number[] } {
  const classes = 1 + Math.max(-1, ...list.flatMap((burst) => Object.keys(burst).map(Number)))
  const work = assignBursts(burstsOf(list, held, seed), classes, shares)
  let step = work.next()
  while (!step.done) step = work.next()
  const splits = [...step.value]
  return { splits, countsOf: (of) => [0, 1, 2].map((split) => list.reduce((sum, burst, n) => sum + (splits[n] === split ? (burst[of] ?? 0) : 0), 0)) }
}

const singles = (count: number, of = 0): Burst[] => Array.from({ length: count }, () => ({ [of]: 1 }))
const shareOf = fc.record({ val: fc.double({ min: 0.05, max: 0.45, noNaN: true }), test: fc.double({ min: 0.05, max: 0.45, noNaN: true }) })

const counts = (images: number, shares: readonly [number, number, number]): number[] => assigned(singles(images), shares).countsOf(0)

test('one image is for training, two are trained on and validated, three are in every split', () => {
  expect(counts(1, [0.7, 0.2, 0.1])).toEqual([1, 0, 0])
  expect(counts(2, [0.7, 0.2, 0.1])).toEqual([1, 1, 0])
  expect(counts(3, [0.7, 0.2, 0.1])).toEqual([1, 1, 1])
  expect(counts(2, [0.8, 0, 0.2])).toEqual([1, 0, 1])
  expect(counts(4, [0.7, 0.2, 0.1])).toEqual([2, 1, 1])
  expect(counts(100, [0.7, 0.2, 0.1])).toEqual([70, 20, 10])
  expect(counts(5, [1, 0, 0])).toEqual([5, 0, 0])
})

test('without bursts every class has its shares to the nearest image', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 20, max: 200 }), { minLength: 1, maxLength: 5 }), shareOf, (sizes, share) => {
      const shares = [1 - share.val - share.test, share.val, share.test] as const
      const { countsOf } = assigned(sizes.flatMap((size, of) => singles(size, of)), shares)
      sizes.forEach((size, of) => countsOf(of).forEach((count, split) => expect(Math.abs(count - shares[split]! * size)).toBeLessThanOrEqual(1)))
    }),
    { numRuns: 60 },
  )
})

test('a class is in as many splits as it has bursts, training first', () => {
  const classes = fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(classes, shareOf, (sizes, share) => {
      const list = sizes.flatMap((bursts, of) => bursts.map((size) => ({ [of]: size })))
      const { countsOf } = assigned(list, [1 - share.val - share.test, share.val, share.test])
      sizes.forEach((bursts, of) => expect(countsOf(of).map((count) => count > 0)).toEqual([true, bursts.length > 1, bursts.length > 2]))
    }),
    { numRuns: 300 },
  )
})

test('bursts of several classes: each class keeps something to train on, and what is held stays where it is', () => {
  const burst = fc.dictionary(fc.constantFrom('0', '1', '2', '3', '4'), fc.integer({ min: 1, max: 9 }), { minKeys: 1, maxKeys: 3 })
  const lists = fc.array(fc.record({ burst, held: fc.constantFrom(-1, -1, -1, 0, 1, 2) }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(lists, shareOf, fc.boolean(), (list, share, isHeld) => {
      const held = list.map((one) => (isHeld ? one.held : -1))
      const { splits, countsOf } = assigned(list.map((one) => one.burst as Burst), [1 - share.val - share.test, share.val, share.test], held)
      splits.forEach((split, n) => expect(held[n]! < 0 || held[n] === split).toBe(true))
      for (const of of new Set(list.flatMap((one) => Object.keys(one.burst)))) {
        const isFree = list.some((one, n) => held[n]! <= 0 && one.burst[of])
        if (isFree) expect(countsOf(Number(of))[0]).toBeGreaterThan(0)
      }
    }),
    { numRuns: 500 },
  )
})

test('a class whose bursts all hold others too is validated where that takes nothing from them', () => {
  const { countsOf } = assigned([{ 0: 4, 1: 4 }, { 0: 4, 1: 4 }, { 1: 10 }, { 1: 10 }], [0.8, 0.2, 0])
  expect(countsOf(0).slice(0, 2)).toEqual([4, 4])
  expect(countsOf(1)[1]).toBeGreaterThan(0)
})

test('large bursts leave the shares as near as they can be', () => {
  const { countsOf } = assigned([{ 0: 100 }, ...singles(40)], [0.8, 0.2, 0])
  expect(countsOf(0)).toEqual([112, 28, 0])
  expect(assigned([{ 0: 50 }, { 0: 50 }], [0.8, 0.2, 0]).countsOf(0)).toEqual([50, 50, 0])
})

test('the same seed draws the same, another one another; a burst of nothing stays where it is', () => {
  const draw = (seed: number) => assigned(singles(200), [0.8, 0.2, 0], [], seed).splits
  expect(draw(3)).toEqual(draw(3))
  expect(draw(3)).not.toEqual(draw(5))
  expect(assigned([{}, { 0: 1 }], [0.8, 0.2, 0]).splits).toEqual([anywhere, 0])
  expect(assigned([], [0.8, 0.2, 0]).splits).toEqual([])
})

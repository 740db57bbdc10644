import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitClass, type SplitRequest } from './split.ts'

const hashOf = (content: number): Uint8Array => createHash('sha256').update(String(content)).digest()

const requests = fc.record({
  train: fc.nat(30),
  val: fc.nat(10),
  /** Equal numbers stand for files of the same bytes. */
  contents: fc.array(fc.nat(40), { minLength: 1, maxLength: 60 }),
  valFraction: fc.double({ min: 0.01, max: 0.9, noNaN: true }),
  seed: fc.nat(1000),
})
const newOf = (contents: readonly number[]): SplitRequest['images'] => contents.map((content) => ({ contentHash: hashOf(content), twin: null }))
const requestOf = ({ contents, ...rest }: typeof requests extends fc.Arbitrary<infer R> ? R : never): SplitRequest => ({ ...rest, images: newOf(contents) })
const held = (places: readonly string[]): number => places.filter((place) => place === 'val').length

test('two or more images: at least one to validate on, and always one to train on', () => {
  fc.assert(
    fc.property(requests, (asked) => {
      const request = requestOf(asked)
      const places = splitClass(request)
      const val = request.val + held(places)
      const train = request.train + places.length - held(places)
      expect(train).toBeGreaterThanOrEqual(1)
      if (train + val >= 2) expect(val).toBeGreaterThanOrEqual(1)
    }),
    { numRuns: 500 },
  )
})

test('the share held out is the one asked for, to the nearest image, where all images differ', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 300 }), fc.double({ min: 0.01, max: 0.9, noNaN: true }), fc.nat(1000), (images, valFraction, seed) => {
      const places = splitClass({ train: 0, val: 0, images: newOf(Array.from({ length: images }, (_, n) => n)), valFraction, seed })
      expect(held(places)).toBe(Math.min(images - 1, Math.max(1, Math.round(valFraction * images))))
    }),
  )
})

test('the order of the files changes nothing, the seed does', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(1000), { minLength: 2, maxLength: 50 }), fc.nat(1000), (contents, seed) => {
      const chosen = (order: readonly number[]): number[] => {
        const places = splitClass({ train: 0, val: 0, images: newOf(order), valFraction: 0.3, seed })
        return order.filter((_, n) => places[n] === 'val').sort((a, b) => a - b)
      }
      expect(chosen([...contents].reverse())).toEqual(chosen(contents))
    }),
  )
  const images = newOf(Array.from({ length: 100 }, (_, n) => n))
  const withSeed = (seed: number) => splitClass({ train: 0, val: 0, images, valFraction: 0.2, seed })
  expect(withSeed(1)).not.toEqual(withSeed(2))
})

test('copies stay together, unless a class is nothing but copies', () => {
  fc.assert(
    fc.property(requests, (asked) => {
      const request = requestOf(asked)
      const distinct = new Set(asked.contents).size
      const places = splitClass(request)
      const placesOf = new Map<number, Set<string>>()
      asked.contents.forEach((content, n) => placesOf.set(content, (placesOf.get(content) ?? new Set()).add(places[n]!)))
      const divided = [...placesOf.values()].filter((found) => found.size > 1).length
      if (distinct > 1 && request.train > 0) expect(divided).toBe(0)
    }),
    { numRuns: 500 },
  )
  const copies = splitClass({ train: 0, val: 0, images: newOf([1, 1]), valFraction: 0.2, seed: 0 })
  expect(held(copies)).toBe(1)
})

test('a fraction of nothing holds out nothing; a single image is for training', () => {
  expect(held(splitClass({ train: 0, val: 0, images: newOf([1, 2, 3]), valFraction: 0, seed: 0 }))).toBe(0)
  expect(splitClass({ train: 0, val: 0, images: newOf([1]), valFraction: 0.9, seed: 0 })).toEqual(['train'])
  expect(splitClass({ train: 1, val: 0, images: newOf([1]), valFraction: 0.2, seed: 0 })).toEqual(['val'])
})

test('a copy goes where its twin is; only the least-one rule moves one, and never a copy of a test image', () => {
  const twins = fc.record({
    train: fc.nat(5),
    val: fc.nat(5),
    /** Where the image of these bytes is already. */
    copies: fc.array(fc.constantFrom('train' as const, 'val' as const, 'test' as const), { maxLength: 12 }),
    fresh: fc.nat(8),
    valFraction: fc.double({ min: 0.01, max: 0.9, noNaN: true }),
    seed: fc.nat(1000),
  })
  fc.assert(
    fc.property(twins, ({ train, val, copies, fresh, valFraction, seed }) => {
      const images = [...copies.map((twin, n) => ({ contentHash: hashOf(n), twin })), ...newOf(Array.from({ length: fresh }, (_, n) => 100 + n))]
      const places = splitClass({ train, val, images, valFraction, seed })
      const placed = (split: string): number => places.filter((place) => place === split).length
      expect(placed('test')).toBe(copies.filter((twin) => twin === 'test').length)
      expect(copies.every((twin, n) => twin !== 'test' || places[n] === 'test')).toBe(true)
      const moved = copies.filter((twin, n) => places[n] !== twin)
      const trained = train + placed('train')
      const measured = val + placed('val')
      if (moved.length > 0) {
        // There was no other way to train or to measure the class.
        expect(moved).toHaveLength(1)
        expect(moved[0] === 'val' ? trained : measured).toBe(1)
      }
      if (trained + measured >= 1 && trained === 0) expect(placed('val')).toBe(0)
      if (trained + measured >= 2 && measured === 0) expect(placed('train')).toBe(0)
    }),
    { numRuns: 1000 },
  )
  expect(splitClass({ train: 1, val: 0, images: [{ contentHash: hashOf(1), twin: 'train' }], valFraction: 0.2, seed: 0 })).toEqual(['val'])
  expect(splitClass({ train: 0, val: 0, images: [{ contentHash: hashOf(1), twin: 'test' }], valFraction: 0.2, seed: 0 })).toEqual(['test'])
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { placeOf, scrolledTo, tallestPx } from './tallScroll.ts'

const sizes = { view: 800, tall: 324_000_000 }

test('content that fits is scrolled as it is', () => {
  expect(scrolledTo({ physical: 0, virtual: 0 }, 4_000, { view: 800, tall: 9_000 })).toEqual({ physical: 4_000, virtual: 4_000 })
  expect(placeOf(99_999, { view: 800, tall: 9_000 })).toEqual({ physical: 8_200, virtual: 8_200 })
  expect(placeOf(50, { view: 800, tall: 300 })).toEqual({ physical: 0, virtual: 0 })
})

test('a small step moves pixel by pixel, a long one to the same share, and the ends are the ends', () => {
  const middle = placeOf(162_000_000, sizes)
  expect(scrolledTo(middle, middle.physical + 100, sizes).virtual).toBe(162_000_100)
  const half = (tallestPx - sizes.view) / 2
  expect(scrolledTo({ physical: 0, virtual: 0 }, half, sizes).virtual).toBeCloseTo((sizes.tall - sizes.view) / 2)
  expect(scrolledTo(middle, tallestPx - sizes.view, sizes).virtual).toBe(sizes.tall - sizes.view)
  expect(scrolledTo(middle, 0, sizes)).toEqual({ physical: 0, virtual: 0 })
})

test('wherever it goes, what is shown lies within the content, and a place shows what it was asked to show', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: tallestPx - 800 }), { maxLength: 20 }), fc.nat(sizes.tall - 800), (steps, virtual) => {
      let place = placeOf(virtual, sizes)
      expect(place.virtual).toBe(virtual)
      for (const physical of steps) {
        place = scrolledTo(place, physical, sizes)
        expect(place.virtual).toBeGreaterThanOrEqual(0)
        expect(place.virtual).toBeLessThanOrEqual(sizes.tall - sizes.view)
      }
    }),
  )
})

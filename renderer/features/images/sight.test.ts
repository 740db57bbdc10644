import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { atPoint, fitted, moved, zoomed } from './sight.ts'

test('what lies under the pointer stays there while it is zoomed in', () => {
  const point = atPoint({ clientX: 150, clientY: 75 }, { left: 50, top: 50, width: 200, height: 100 })
  expect(point).toEqual({ x: 0, y: -0.25 })
  const under = (sight: typeof fitted): number => (point.y - sight.y) / sight.scale
  const near = zoomed(zoomed(fitted, 2, point), 1.5, point)
  expect(near.scale).toBe(3)
  expect(under(near)).toBeCloseTo(under(fitted))
})

test('the frame stays full, whatever is done', () => {
  const step = fc.tuple(fc.constantFrom(0.8, 1.25, 3), fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }))
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let sight = fitted
      for (const [factor, x, y] of steps) sight = moved(zoomed(sight, factor, { x: x / 2, y: y / 2 }), x, y)
      expect(sight.scale).toBeGreaterThanOrEqual(1)
      for (const place of [sight.x, sight.y]) expect(Math.abs(place)).toBeLessThanOrEqual((sight.scale - 1) / 2 + 1e-9)
    }),
  )
})

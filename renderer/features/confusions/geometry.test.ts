import { assert, double, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellAtPoint, fitted, inSight, labelStep, revealing, squareOf, zoomed } from './geometry.ts'

const space = { width: 900, height: 700 }
const margins = { left: 120, top: 90 }
const share = double({ min: 0, max: 0.999, noNaN: true })

describe('the matrix on its canvas', () => {
  it('gives ten classes large cells and a thousand a fraction of a pixel, always inside', () => {
    expect(fitted(10, space, margins).cell).toBe(60)
    expect(fitted(100, space, margins).cell).toBeCloseTo(6.1)
    expect(fitted(40, space, margins).cell).toBe(15)
    expect(fitted(1000, space, margins).cell).toBeCloseTo(0.61)
    for (const size of [1, 2, 10, 100, 1000]) expect(fitted(size, space, margins).side).toBeLessThanOrEqual(610)
  })

  it('finds the cell whose square holds the point, however it is zoomed', () => {
    assert(
      property(integer({ min: 1, max: 1000 }), double({ min: 0.2, max: 40, noNaN: true }), share, share, (size, factor, u, w) => {
        const whole = fitted(size, space, margins)
        const [x, y] = [whole.left + u * whole.side, whole.top + w * whole.side]
        const view = zoomed(whole, factor, x, y)
        const position = cellAtPoint(view, x, y)!
        const square = squareOf(view, position)
        expect(x).toBeGreaterThanOrEqual(square.x - 1e-6)
        expect(x).toBeLessThanOrEqual(square.x + square.edge + 1e-6)
        expect(y).toBeGreaterThanOrEqual(square.y - 1e-6)
        expect(y).toBeLessThanOrEqual(square.y + square.edge + 1e-6)
      }),
    )
  })

  it('finds nothing over the names and outside', () => {
    const view = fitted(10, space, margins)
    expect(cellAtPoint(view, 119, 200)).toBeNull()
    expect(cellAtPoint(view, 200, 89)).toBeNull()
    expect(cellAtPoint(view, view.left + view.side, 200)).toBeNull()
    expect(cellAtPoint(view, 120, 90)).toEqual({ row: 0, column: 0 })
  })

  it('keeps the point under the pointer when zooming, and comes back', () => {
    const whole = fitted(200, space, margins)
    const view = zoomed(whole, 4, 400, 350)
    expect(cellAtPoint(view, 400, 350)).toEqual(cellAtPoint(whole, 400, 350))
    expect(zoomed(view, 0.01, 300, 300)).toEqual(whole)
  })

  it('brings any cell into sight', () => {
    const view = zoomed(fitted(500, space, margins), 10, 300, 300)
    const seen = revealing(view, { row: 499, column: 0 })
    const [firstRow, endRow] = inSight(seen, seen.scrollY)
    const [firstColumn] = inSight(seen, seen.scrollX)
    expect([firstColumn, endRow]).toEqual([0, 500])
    expect(firstRow).toBeGreaterThan(0)
    expect(revealing(seen, { row: 499, column: 0 })).toEqual(seen)
  })

  it('thins names out until they fit', () => {
    expect(labelStep(fitted(10, space, margins), 13)).toBe(1)
    expect(labelStep(fitted(100, space, margins), 13)).toBe(3)
  })
})

import { assert, double, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellAtPoint, columnsInSight, fitted, labelStep, revealing, rowsInSight, squareOf, zoomed } from './geometry.ts'

const space = { width: 900, height: 700 }
const margins = { left: 120, top: 90 }
const evenly = (size: number) => ({ rows: size, columns: size })
const share = double({ min: 0, max: 0.999, noNaN: true })

describe('the matrix on its canvas', () => {
  it('gives ten classes large cells and a thousand a fraction of a pixel, always inside', () => {
    expect(fitted(evenly(10), space, margins).cell).toBe(60)
    expect(fitted(evenly(100), space, margins).cell).toBeCloseTo(6.1)
    expect(fitted(evenly(40), space, margins).cell).toBe(15)
    expect(fitted(evenly(1000), space, margins).cell).toBeCloseTo(0.61)
    for (const size of [1, 2, 10, 100, 1000]) expect(fitted(evenly(size), space, margins).width).toBeLessThanOrEqual(610)
  })

  it('finds the cell whose square holds the point, however it is zoomed', () => {
    assert(
      property(integer({ min: 1, max: 1000 }), double({ min: 0.2, max: 40, noNaN: true }), share, share, (size, factor, u, w) => {
        const whole = fitted(evenly(size), space, margins)
        const [x, y] = [whole.left + u * whole.width, whole.top + w * whole.height]
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
    const view = fitted(evenly(10), space, margins)
    expect(cellAtPoint(view, 119, 200)).toBeNull()
    expect(cellAtPoint(view, 200, 89)).toBeNull()
    expect(cellAtPoint(view, view.left + view.width, 200)).toBeNull()
    expect(cellAtPoint(view, 120, 90)).toEqual({ row: 0, column: 0 })
  })

  it('keeps the point under the pointer when zooming, and comes back', () => {
    const whole = fitted(evenly(200), space, margins)
    const view = zoomed(whole, 4, 400, 350)
    expect(cellAtPoint(view, 400, 350)).toEqual(cellAtPoint(whole, 400, 350))
    expect(zoomed(view, 0.01, 300, 300)).toEqual(whole)
  })

  it('brings any cell into sight', () => {
    const view = zoomed(fitted(evenly(500), space, margins), 10, 300, 300)
    const seen = revealing(view, { row: 499, column: 0 })
    const [firstRow, endRow] = rowsInSight(seen)
    const [firstColumn] = columnsInSight(seen)
    expect([firstColumn, endRow]).toEqual([0, 500])
    expect(firstRow).toBeGreaterThan(0)
    expect(revealing(seen, { row: 499, column: 0 })).toEqual(seen)
  })

  it('holds few rows of many columns, as where only rare classes are shown', () => {
    const view = fitted({ rows: 10, columns: 100 }, space, margins)
    expect([view.width, view.height, view.cell]).toEqual([780, 78, 7.8])
    expect(cellAtPoint(view, view.left + 779, view.top + 77)).toEqual({ row: 9, column: 99 })
    expect(cellAtPoint(view, 200, view.top + 79)).toBeNull()
    expect(fitted({ rows: 0, columns: 4 }, space, margins).height).toBe(0)
  })

  it('thins names out until they fit', () => {
    expect(labelStep(fitted(evenly(10), space, margins), 13)).toBe(1)
    expect(labelStep(fitted(evenly(100), space, margins), 13)).toBe(3)
  })
})

/**
 * Where the matrix stands on its canvas, in CSS pixels: margins for names, square cells from fractions of a pixel to
 * 60, and a part of the matrix in sight where it is zoomed in.
 */
import type { Position } from './matrix.ts'

export interface Viewport {
  /** Rows, and columns alike. */
  readonly size: number
  /** Margins that hold the names. */
  readonly left: number
  readonly top: number
  /** The visible square of cells. */
  readonly side: number
  /** Edge of a cell; may be under a pixel. */
  readonly cell: number
  /** What lies hidden to the left of, and above, the visible square. */
  readonly scrollX: number
  readonly scrollY: number
}

export interface Square {
  readonly x: number
  readonly y: number
  readonly edge: number
}

const largestCell = 60
/** Zooming in ends where a cell can hold a number. */
const zoomedCell = 32

/** The whole matrix in the space that there is. */
export function fitted(size: number, space: { readonly width: number; readonly height: number }, margins: { readonly left: number; readonly top: number }): Viewport {
  const room = Math.max(40, Math.min(space.width - margins.left, space.height - margins.top))
  const exact = Math.min(largestCell, room / Math.max(1, size))
  // Whole pixels give even cells; where cells are small they would waste too much of the space.
  const cell = exact >= 12 ? Math.floor(exact) : exact
  return { size, ...margins, side: cell * size, cell, scrollX: 0, scrollY: 0 }
}

/** Zooms about a point of the canvas, which keeps its place. The visible square stays as large as it is. */
export function zoomed(view: Viewport, factor: number, x: number, y: number): Viewport {
  const least = view.side / Math.max(1, view.size)
  const cell = Math.min(Math.max(least, zoomedCell), Math.max(least, view.cell * factor))
  const grown = cell / view.cell
  return scrolled(
    { ...view, cell, scrollX: (view.scrollX + x - view.left) * grown - (x - view.left), scrollY: (view.scrollY + y - view.top) * grown - (y - view.top) },
    0,
    0,
  )
}

/** Moves the part in sight, never beyond the edges. */
export function scrolled(view: Viewport, dx: number, dy: number): Viewport {
  const furthest = view.cell * view.size - view.side
  const within = (value: number): number => Math.max(0, Math.min(furthest, value))
  return { ...view, scrollX: within(view.scrollX + dx), scrollY: within(view.scrollY + dy) }
}

/** The least movement that brings a cell into sight. */
export function revealing(view: Viewport, { row, column }: Position): Viewport {
  const beyond = (index: number, scroll: number): number => {
    const start = index * view.cell - scroll
    if (start < 0) return start
    return Math.max(0, start + view.cell - view.side)
  }
  return scrolled(view, beyond(column, view.scrollX), beyond(row, view.scrollY))
}

/** The cell under a point of the canvas; null over the margins and outside. */
export function cellAtPoint(view: Viewport, x: number, y: number): Position | null {
  const [right, down] = [x - view.left, y - view.top]
  if (right < 0 || down < 0 || right >= view.side || down >= view.side) return null
  const last = view.size - 1
  return {
    row: Math.min(last, Math.floor((down + view.scrollY) / view.cell)),
    column: Math.min(last, Math.floor((right + view.scrollX) / view.cell)),
  }
}

export function squareOf(view: Viewport, { row, column }: Position): Square {
  return { x: view.left + column * view.cell - view.scrollX, y: view.top + row * view.cell - view.scrollY, edge: view.cell }
}

/** The rows (or columns) in sight, as [first, end). */
export function inSight(view: Viewport, scroll: number): readonly [first: number, end: number] {
  return [Math.max(0, Math.floor(scroll / view.cell)), Math.min(view.size, Math.ceil((scroll + view.side) / view.cell))]
}

/** Every how manieth name is written so that lines of `lineHeight` do not touch. */
export function labelStep(view: Viewport, lineHeight: number): number {
  return Math.max(1, Math.ceil(lineHeight / view.cell))
}

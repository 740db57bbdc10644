/**
 * Where the matrix stands on its canvas, in CSS pixels: margins for names, square cells from fractions of a pixel to
 * 60, and a part of the matrix in sight where it is zoomed in.
 */
import type { Position } from './matrix.ts'

export interface Viewport {
  readonly rows: number
  readonly columns: number
  /** Margins that hold the names. */
  readonly left: number
  readonly top: number
  /** The visible part of the cells. */
  readonly width: number
  readonly height: number
  /** Edge of a cell; may be under a pixel. */
  readonly cell: number
  /** What lies hidden to the left of, and above, the visible part. */
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

export interface Size {
  readonly rows: number
  readonly columns: number
}

/** The whole matrix in the space that there is. */
export function fitted({ rows, columns }: Size, space: { readonly width: number; readonly height: number }, margins: { readonly left: number; readonly top: number }): Viewport {
  const exact = Math.min(largestCell, Math.max(40, space.width - margins.left) / Math.max(1, columns), Math.max(40, space.height - margins.top) / Math.max(1, rows))
  // Whole pixels give even cells; where cells are small they would waste too much of the space.
  const cell = exact >= 12 ? Math.floor(exact) : exact
  return { rows, columns, ...margins, width: cell * columns, height: cell * rows, cell, scrollX: 0, scrollY: 0 }
}

/** Zooms about a point of the canvas, which keeps its place. The visible part stays as large as it is. */
export function zoomed(view: Viewport, factor: number, x: number, y: number): Viewport {
  const least = view.width / Math.max(1, view.columns)
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
  const within = (value: number, lines: number, seen: number): number => Math.max(0, Math.min(view.cell * lines - seen, value))
  return { ...view, scrollX: within(view.scrollX + dx, view.columns, view.width), scrollY: within(view.scrollY + dy, view.rows, view.height) }
}

/** The least movement that brings a cell into sight. */
export function revealing(view: Viewport, { row, column }: Position): Viewport {
  const beyond = (index: number, scroll: number, seen: number): number => {
    const start = index * view.cell - scroll
    if (start < 0) return start
    return Math.max(0, start + view.cell - seen)
  }
  return scrolled(view, beyond(column, view.scrollX, view.width), beyond(row, view.scrollY, view.height))
}

/** The cell under a point of the canvas; null over the margins and outside. */
export function cellAtPoint(view: Viewport, x: number, y: number): Position | null {
  const [right, down] = [x - view.left, y - view.top]
  if (right < 0 || down < 0 || right >= view.width || down >= view.height) return null
  return {
    row: Math.min(view.rows - 1, Math.floor((down + view.scrollY) / view.cell)),
    column: Math.min(view.columns - 1, Math.floor((right + view.scrollX) / view.cell)),
  }
}

export function squareOf(view: Viewport, { row, column }: Position): Square {
  return { x: view.left + column * view.cell - view.scrollX, y: view.top + row * view.cell - view.scrollY, edge: view.cell }
}

/** The rows in sight, as [first, end). */
export function rowsInSight({ cell, rows, height, scrollY }: Viewport): readonly [first: number, end: number] {
  return [Math.max(0, Math.floor(scrollY / cell)), Math.min(rows, Math.ceil((scrollY + height) / cell))]
}

/** The columns in sight, as [first, end). */
export function columnsInSight({ cell, columns, width, scrollX }: Viewport): readonly [first: number, end: number] {
  return [Math.max(0, Math.floor(scrollX / cell)), Math.min(columns, Math.ceil((scrollX + width) / cell))]
}

/** Every how manieth name is written so that lines of `lineHeight` do not touch. */
export function labelStep(view: Viewport, lineHeight: number): number {
  return Math.max(1, Math.ceil(lineHeight / view.cell))
}

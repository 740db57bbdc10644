/** The keyboard's way through the matrix. */
import { cellAt, cellOf, isError, type Matrix, type Position } from './matrix.ts'

const directions: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/**
 * Where a key takes the cursor; null for keys that move nothing. With `jump`, an arrow goes on to the next error in
 * its direction; Home and End go to the row's ends, with `jump` to the matrix's corners.
 */
export function moved(matrix: Matrix, from: Position, key: string, jump: boolean): Position | null {
  const [lastRow, lastColumn] = [matrix.rows.length - 1, matrix.columns.length - 1]
  const clampRow = (value: number): number => Math.max(0, Math.min(lastRow, value))
  const clampColumn = (value: number): number => Math.max(0, Math.min(lastColumn, value))
  if (key === 'Home') return jump ? { row: 0, column: 0 } : { ...from, column: 0 }
  if (key === 'End') return jump ? { row: lastRow, column: lastColumn } : { ...from, column: lastColumn }
  if (key === 'PageUp' || key === 'PageDown') return { ...from, row: clampRow(from.row + (key === 'PageUp' ? -10 : 10)) }
  const direction = directions[key]
  if (!direction) return null
  const [down, right] = direction
  if (!jump) return { row: clampRow(from.row + down), column: clampColumn(from.column + right) }
  return nextError(matrix, from, down, right) ?? from
}

function nextError(matrix: Matrix, from: Position, down: number, right: number): Position | null {
  for (let row = from.row + down, column = from.column + right; matrix.rows[row] && matrix.columns[column]; row += down, column += right) {
    if (isError(matrix, { row, column }) && cellAt(matrix, { row, column }).count > 0) return { row, column }
  }
  return null
}

/** Where to start: the first error of the list, else the first cell. */
export function firstCursor(matrix: Matrix, mistakes: readonly number[]): Position {
  if (mistakes[0] === undefined) return { row: 0, column: 0 }
  const { row, column } = cellOf(matrix, mistakes[0])
  return { row, column }
}

/** The keyboard's way through the matrix. */
import { isError, type Matrix, type Position } from './matrix.ts'

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
  const last = matrix.classes.length - 1
  const clamp = (value: number): number => Math.max(0, Math.min(last, value))
  if (key === 'Home') return jump ? { row: 0, column: 0 } : { ...from, column: 0 }
  if (key === 'End') return jump ? { row: last, column: last } : { ...from, column: last }
  if (key === 'PageUp' || key === 'PageDown') return { ...from, row: clamp(from.row + (key === 'PageUp' ? -10 : 10)) }
  const direction = directions[key]
  if (!direction) return null
  const [down, right] = direction
  if (!jump) return { row: clamp(from.row + down), column: clamp(from.column + right) }
  return nextError(matrix, from, down, right) ?? from
}

function nextError(matrix: Matrix, from: Position, down: number, right: number): Position | null {
  for (let row = from.row + down, column = from.column + right; matrix.classes[row] && matrix.classes[column]; row += down, column += right) {
    const cell = matrix.cellAt({ row, column })
    if (isError(cell) && cell.count > 0) return { row, column }
  }
  return null
}

/** Where to start: the first error of the list, else the first cell. */
export function firstCursor(mistakes: readonly Position[]): Position {
  return mistakes[0] ? { row: mistakes[0].row, column: mistakes[0].column } : { row: 0, column: 0 }
}

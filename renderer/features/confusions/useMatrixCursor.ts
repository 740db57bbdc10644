/** The cursor of the matrix, which stays on its lines while counts change and rows come in another order. */
import { shallowRef, watch } from 'vue'
import { firstCursor } from './cursor.ts'
import { cellOf, positionOf, type Matrix, type Position } from './matrix.ts'

interface Shown {
  readonly matrix: Matrix | null
  readonly mistakes: readonly number[]
  readonly search: string
}

/** @param isPainted the matrix is in sight: where the cursor comes to stand is a question to the sorted list, which can wait for that */
export function useMatrixCursor(shown: Shown, isPainted: () => boolean) {
  const cursor = shallowRef<Position | null>(null)

  watch(
    () => (isPainted() ? shown.matrix : null),
    (matrix, before) => {
      const at = cursor.value
      const [row, column] = [at && before?.rows[at.row]?.key, at && before?.columns[at.column]?.key]
      if (!matrix) cursor.value = null
      else if (matrix.rows !== before?.rows || matrix.columns !== before.columns) cursor.value = (row && column && positionOf(matrix, { row, column })) || firstCursor(matrix, shown.mistakes)
    },
    { immediate: true },
  )
  watch(
    () => shown.search,
    (words) => {
      if (words.trim() && isPainted() && shown.matrix && shown.mistakes.length > 0) cursor.value = firstCursor(shown.matrix, shown.mistakes)
    },
  )

  /** The error of the list after the cursor, or before; where the cursor stands on none, its first. */
  function stepped(by: 1 | -1): Position | null {
    const { matrix, mistakes } = shown
    if (!matrix || mistakes.length === 0) return null
    const at = cursor.value
    const here = mistakes.findIndex((cell) => {
      const { row, column } = cellOf(matrix, cell)
      return row === at?.row && column === at.column
    })
    const next = mistakes[here === -1 ? 0 : here + by]
    return next === undefined ? null : cellOf(matrix, next)
  }
  return { cursor, stepped }
}

/** The confusion matrix as it is shown: columns of numbers, cells by position. */
import type { CellColumns } from '../../../shared/confusions.ts'
import { wilsonInterval } from '../../../shared/metrics.ts'
import { useNumberFormat } from '../../composables/useNumberFormat.ts'
import { nameHolds } from '../../nameHolds.ts'
import { text } from '../../text/index.ts'
import { countsOf, type Arranged, type Line } from './lines.ts'

const format = useNumberFormat()
const words = text.confusions

export interface Position {
  /** True class. */
  readonly row: number
  /** Predicted class. */
  readonly column: number
}

export interface Cell extends Position {
  readonly count: number
  /** Images of the true class. */
  readonly support: number
}

export interface Matrix extends Arranged {
  /** Cells that hold anything, row by row: the row's first, and one more for the end. */
  readonly starts: Int32Array
  /** Of each cell. */
  readonly column: Int32Array
  readonly count: Float64Array
  /** Images of each row. */
  readonly support: Float64Array
  /** Images of each row that were taken for it. */
  readonly correct: Float64Array
  /** Images of any row, shown or not, that were taken for each column. */
  readonly predicted: Float64Array
  /** Of each row, the column that is the same line. */
  readonly diagonal: Int32Array
  /** Largest count off the diagonal. */
  readonly mostErrors: number
}

export function matrixOf(arranged: Arranged, cells: CellColumns): Matrix {
  const { rows, columns } = arranged
  const { counts, predicted, held } = countsOf(arranged, cells)
  const columnOf = new Map(columns.map(({ key }, n) => [key, n]))
  const diagonal = Int32Array.from(rows, ({ key }) => columnOf.get(key)!)
  const starts = new Int32Array(rows.length + 1)
  const [column, count] = [new Int32Array(held), new Float64Array(held)]
  const [support, correct] = [new Float64Array(rows.length), new Float64Array(rows.length)]
  let [at, mostErrors] = [0, 0]
  for (let row = 0; row < rows.length; row++) {
    for (let n = 0; n < columns.length; n++) {
      const images = counts[row * columns.length + n]!
      if (images === 0) continue
      column[at] = n
      count[at] = images
      at += 1
      support[row]! += images
      if (n === diagonal[row]) correct[row] = images
      else mostErrors = Math.max(mostErrors, images)
    }
    starts[row + 1] = at
  }
  return { rows, columns, starts, column, count, support, correct, predicted, diagonal, mostErrors }
}

export const isError = ({ diagonal }: Matrix, { row, column }: Position): boolean => diagonal[row] !== column

/** The cell's number, as `mistakesOf` lists them; -1 where nothing is held. */
export function numberOf(matrix: Matrix, { row, column }: Position): number {
  let [low, high] = [matrix.starts[row] ?? 0, matrix.starts[row + 1] ?? 0]
  while (low < high) {
    const middle = (low + high) >> 1
    if (matrix.column[middle]! < column) low = middle + 1
    else high = middle
  }
  return low < (matrix.starts[row + 1] ?? 0) && matrix.column[low] === column ? low : -1
}

/** The cell at a position, an empty one too. */
export function cellAt(matrix: Matrix, { row, column }: Position): Cell {
  return { row, column, count: matrix.count[numberOf(matrix, { row, column })] ?? 0, support: matrix.support[row] ?? 0 }
}

/** Where two lines meet in this arrangement; null where one of them is not shown. */
export function positionOf(matrix: Matrix, keys: { readonly row: string; readonly column: string }): Position | null {
  const row = matrix.rows.findIndex(({ key }) => key === keys.row)
  const column = matrix.columns.findIndex(({ key }) => key === keys.column)
  return row === -1 || column === -1 ? null : { row, column }
}

/** Too few images of the true class to say anything of the row. */
export const tooLittleEvidence = (cell: Pick<Cell, 'support'>, minEvidence: number): boolean => cell.support < minEvidence

/** "62.1 % (48 to 74)": a share with Wilson's 95 % interval. */
export function shareWithInterval(right: number, seen: number): string {
  return seen ? format.interval(right / seen, wilsonInterval(right, seen)) : words.noImages
}

/** "lynx taken for wildcat: 5 of 7, 71.4 % (36 to 92)" */
export function describeCell(matrix: Matrix, position: Position): string {
  const { count, support } = cellAt(matrix, position)
  const [actual, predicted] = [matrix.rows[position.row]?.name ?? '', matrix.columns[position.column]?.name ?? '']
  const what = isError(matrix, position) ? words.takenFor(actual, predicted) : words.recognised(actual)
  return support === 0 ? `${what}: ${words.noImagesOf(actual)}` : `${what}: ${words.outOf(format.count(count), format.count(support))}, ${shareWithInterval(count, support)}`
}

/** Whether a name holds what was typed; nothing typed is in none. */
export function isFound({ name }: Pick<Line, 'name'>, search: string): boolean {
  return search.trim() !== '' && nameHolds(name, search)
}

/**
 * The errors that hold anything, as the numbers of their cells: of the rarest true class first, then by falling count, then by names.
 * Little evidence leaves nothing out, as the rarest classes have the least of it. `withMany` adds lines of frequent classes alone.
 */
export function mistakesOf(matrix: Matrix, { search, withMany }: { readonly search: string; readonly withMany: boolean }): number[] {
  const isSearched = search.trim() !== ''
  const [rowFound, columnFound] = [matrix.rows, matrix.columns].map((lines) => lines.map((line) => isFound(line, search))) as [boolean[], boolean[]]
  const trains = ranksOf(matrix.rows.map(({ train }) => train))
  const counts = ranksOf([...matrix.count], (a, b) => b - a)
  const names = ranksOf(matrix.columns.map(({ name }) => name))
  const columnRank = Int32Array.from(matrix.columns, ({ name }) => names.get(name)!)
  const size = matrix.columns.length
  const [rowAt, columnAt] = [new Int32Array(size), new Int32Array(size)]
  for (let column = 0; column < size; column++) columnAt[columnRank[column]!] = column
  // One number says where a cell comes in the order: numbers are sorted without being compared by a function.
  const keys = new Float64Array(matrix.count.length)
  let held = 0
  for (let row = 0; row < matrix.rows.length; row++) {
    const { group, train } = matrix.rows[row]!
    const rowRank = columnRank[matrix.diagonal[row]!]!
    rowAt[rowRank] = row
    if (!withMany && group === 'many') continue
    const first = trains.get(train)! * counts.size
    for (let cell = matrix.starts[row]!; cell < matrix.starts[row + 1]!; cell++) {
      const column = matrix.column[cell]!
      if (column === matrix.diagonal[row] || (isSearched && !rowFound[row] && !columnFound[column])) continue
      keys[held] = ((first + counts.get(matrix.count[cell]!)!) * size + rowRank) * size + columnRank[column]!
      held += 1
    }
  }
  const sorted = keys.subarray(0, held).sort()
  return Array.from(sorted, (key) => numberOf(matrix, { row: rowAt[Math.floor(key / size) % size]!, column: columnAt[key % size]! }))
}

/** The place of each value among the different ones. */
function ranksOf<T extends string | number>(values: readonly T[], order: (a: T, b: T) => number = (a, b) => (a < b ? -1 : 1)): Map<T, number> {
  return new Map([...new Set(values)].sort(order).map((value, rank) => [value, rank]))
}

/** The cell of a number, as `mistakesOf` lists them. */
export function cellOf(matrix: Matrix, cell: number): Cell {
  let [low, high] = [0, matrix.rows.length]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (matrix.starts[middle]! <= cell) low = middle
    else high = middle
  }
  return { row: low, column: matrix.column[cell]!, count: matrix.count[cell]!, support: matrix.support[low]! }
}

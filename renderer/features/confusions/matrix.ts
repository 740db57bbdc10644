/** The confusion matrix as it is shown: classes in the chosen order, cells by position. */
import type { ClassResult } from '../../../shared/contract/confusions.ts'
import { wilsonInterval, type ConfusionCount } from '../../../shared/metrics.ts'
import { headFirst, rarestFirst } from '../../../shared/tail.ts'
import { useNumberFormat } from '../../composables/useNumberFormat.ts'

const format = useNumberFormat()

export type Order = 'tail' | 'head' | 'name'

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

export interface Matrix {
  /** In the order of rows and columns alike. */
  readonly classes: readonly ClassResult[]
  /** Cells that hold anything, row by row. */
  readonly cells: readonly Cell[]
  /** Largest count off the diagonal. */
  readonly mostErrors: number
  readonly cellAt: (position: Position) => Cell
  readonly positionOf: (classId: number) => number | undefined
}

export function orderedClasses(classes: readonly ClassResult[], order: Order): ClassResult[] {
  const collator = new Intl.Collator('en', { numeric: true })
  return [...classes].sort(order === 'name' ? (a, b) => collator.compare(a.name, b.name) : order === 'head' ? headFirst : (a, b) => headFirst(b, a))
}

/** @param counts cells by class ids, as main tells them */
export function matrixOf(classes: readonly ClassResult[], counts: readonly ConfusionCount[], order: Order): Matrix {
  const ordered = orderedClasses(classes, order)
  const positions = new Map(ordered.map((one, position) => [one.classId, position]))
  const size = ordered.length
  const cells = counts
    .flatMap(({ actual, predicted, count }): Cell[] => {
      const row = positions.get(actual)
      const column = positions.get(predicted)
      return row === undefined || column === undefined || count === 0 ? [] : [{ row, column, count, support: ordered[row]!.support }]
    })
    .sort((a, b) => a.row - b.row || a.column - b.column)
  const byPosition = new Map(cells.map((cell) => [cell.row * size + cell.column, cell]))

  return {
    classes: ordered,
    cells,
    mostErrors: cells.reduce((most, cell) => (isError(cell) ? Math.max(most, cell.count) : most), 0),
    cellAt: ({ row, column }) => byPosition.get(row * size + column) ?? { row, column, count: 0, support: ordered[row]?.support ?? 0 },
    positionOf: (classId) => positions.get(classId),
  }
}

export const isError = (position: Position): boolean => position.row !== position.column

/** Too few images of the true class to say anything of the row. */
export const tooLittleEvidence = (cell: Pick<Cell, 'support'>, minEvidence: number): boolean => cell.support < minEvidence

/** The share of the true class's images that fell into the cell; null where there is none. */
export const shareOf = (cell: Cell): number | null => (cell.support ? cell.count / cell.support : null)

/** What the numbers in brackets are. */
export const intervalMeaning = 'In brackets, the 95 % interval: where the true share lies, as far as so many images can tell.'

/** "62.1 % (48 to 74)": a share with Wilson's 95 % interval; "no images" where there is none. */
export function shareWithInterval(right: number, seen: number): string {
  return seen ? format.interval(right / seen, wilsonInterval(right, seen)) : 'no images'
}

/** "lynx taken for wildcat: 5 of 7, 71.4 % (36 to 92)" */
export function describeCell(matrix: Matrix, position: Position): string {
  const { count, support } = matrix.cellAt(position)
  const actual = matrix.classes[position.row]?.name ?? ''
  const predicted = matrix.classes[position.column]?.name ?? ''
  const words = isError(position) ? `${actual} taken for ${predicted}` : `${actual} recognised`
  if (support === 0) return `${words}: no images of ${actual}`
  return `${words}: ${format.count(count)} of ${format.count(support)}, ${shareWithInterval(count, support)}`
}

/**
 * What classes of few and medium training images are taken for, with `withMany` the frequent ones too: the rarest true
 * class first, then by falling count. Little evidence leaves nothing out, as the rarest classes have the least of it.
 */
export function mistakesOf(matrix: Matrix, { search, withMany }: { readonly search: string; readonly withMany: boolean }): Cell[] {
  const wanted = search.trim().toLowerCase()
  const named = (position: Position): boolean => [position.row, position.column].some((at) => matrix.classes[at]!.name.toLowerCase().includes(wanted))
  return matrix.cells
    .filter((cell) => isError(cell) && (withMany || matrix.classes[cell.row]!.group !== 'many') && named(cell))
    .map((cell) => ({ cell, count: cell.count, train: matrix.classes[cell.row]!.train, actualName: matrix.classes[cell.row]!.name, predictedName: matrix.classes[cell.column]!.name }))
    .sort(rarestFirst)
    .map(({ cell }) => cell)
}

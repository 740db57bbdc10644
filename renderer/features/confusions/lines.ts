/** The rows and columns of a matrix: classes, or folders that classes were folded into, in the chosen order. */
import type { CellColumns, KnownClass } from '../../../shared/confusions.ts'
import { headFirst, type Group } from '../../../shared/tail.ts'
import { clusterOrder } from './cluster.ts'
import { foldedAs } from './folding.ts'

export const orders = ['tail', 'head', 'name', 'cluster'] as const
export type Order = (typeof orders)[number]
/** Which rows there are: all, those of classes that are not frequent, or of few training images alone. */
export const rowChoices = ['all', 'tail', 'few'] as const
export type RowChoice = (typeof rowChoices)[number]

export interface Line {
  /** What it goes by in every arrangement. */
  readonly key: string
  /** Of a folder, its path with the closing slash. */
  readonly name: string
  readonly isFolder: boolean
  readonly classIds: readonly number[]
  /** The rarest group of its classes. */
  readonly group: Group
  /** How many of its classes are of each group. */
  readonly mix: Readonly<Record<Group, number>>
  /** Training images, of a folder all of them together. */
  readonly train: number
}

export interface Arranged {
  readonly rows: readonly Line[]
  readonly columns: readonly Line[]
}

export interface Arrangement {
  readonly order: Order
  readonly folded: ReadonlySet<string>
  readonly rows: RowChoice
}

const collator = new Intl.Collator('en', { numeric: true })

/** @param measured decides what is clustered: as it is measured and not as labels go, rows keep their places while a person relabels */
export function arranged(classes: readonly KnownClass[], measured: CellColumns, { order, folded, rows }: Arrangement): Arranged {
  const columns = ordered(linesOf(classes, folded), order, measured)
  if (rows === 'all') return { rows: columns, columns }
  const chosen = new Map(linesOf(classes.filter(({ group }) => group === 'few' || (rows === 'tail' && group === 'medium')), folded).map((line) => [line.key, line]))
  return { rows: columns.flatMap(({ key }) => chosen.get(key) ?? []), columns }
}

function linesOf(classes: readonly KnownClass[], folded: ReadonlySet<string>): Line[] {
  const members = new Map<string, { readonly name: string; readonly isFolder: boolean; readonly classes: KnownClass[] }>()
  for (const one of classes) {
    const folder = foldedAs(one.name, folded)
    const key = folder ?? String(one.classId)
    const line = members.get(key) ?? { name: folder ?? one.name, isFolder: folder !== null, classes: [] }
    line.classes.push(one)
    members.set(key, line)
  }
  return [...members].map(([key, { name, isFolder, classes: ofLine }]) => {
    const mix = { many: 0, medium: 0, few: 0 }
    for (const { group } of ofLine) mix[group] += 1
    return {
      key,
      name,
      isFolder,
      classIds: ofLine.map(({ classId }) => classId),
      group: mix.few > 0 ? 'few' : mix.medium > 0 ? 'medium' : 'many',
      mix,
      train: ofLine.reduce((sum, { train }) => sum + train, 0),
    }
  })
}

function ordered(lines: Line[], order: Order, measured: CellColumns): Line[] {
  if (order === 'name') return lines.sort((a, b) => collator.compare(a.name, b.name))
  if (order === 'head') return lines.sort(headFirst)
  lines.sort((a, b) => headFirst(b, a))
  if (order === 'tail') return lines
  const { counts } = countsOf({ rows: lines, columns: lines }, measured)
  const supports = lines.map((_, row) => counts.subarray(row * lines.length, (row + 1) * lines.length).reduce((sum, count) => sum + count, 0))
  return clusterOrder(counts, supports).map((n) => lines[n]!)
}

const placesOf = (lines: readonly Line[]): Map<number, number> => new Map(lines.flatMap(({ classIds }, n) => classIds.map((classId) => [classId, n] as const)))

/** Every cell, empty ones too: [row][column], and how many of them hold anything. Cells of classes that are in no row are left out. */
export function countsOf({ rows, columns }: Arranged, cells: CellColumns): { readonly counts: Float64Array; readonly predicted: Float64Array; readonly held: number } {
  const [rowOf, columnOf] = [placesOf(rows), placesOf(columns)]
  const counts = new Float64Array(rows.length * columns.length)
  const predicted = new Float64Array(columns.length)
  let held = 0
  for (let n = 0; n < cells.count.length; n++) {
    const column = columnOf.get(cells.predicted[n]!)!
    predicted[column]! += cells.count[n]!
    const row = rowOf.get(cells.actual[n]!)
    if (row === undefined) continue
    const at = row * columns.length + column
    if (counts[at] === 0) held += 1
    counts[at]! += cells.count[n]!
  }
  return { counts, predicted, held }
}

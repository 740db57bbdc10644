/**
 * The confusion matrix as columns of numbers, which cost little on every wire: what was measured when a split was
 * scored, and what became of it as labels changed since.
 */
import { groupOf, type Group } from './tail.ts'

/** Cells that hold anything, by class ids; one index through all three is one cell. */
export interface CellColumns {
  readonly actual: ArrayLike<number>
  readonly predicted: ArrayLike<number>
  readonly count: ArrayLike<number>
}

/** Images that have another label now than when they were scored; `now` is null where they have none. */
export interface MovedColumns {
  readonly actual: readonly number[]
  readonly predicted: readonly number[]
  readonly now: readonly (number | null)[]
  readonly count: readonly number[]
  /** Classes that were merged into another one that the run knows: answers of them count as answers of that. */
  readonly merged: readonly { readonly classId: number; readonly intoId: number }[]
}

/** A class as the run knew it. */
export interface KnownClass {
  readonly classId: number
  readonly name: string
  readonly group: Group
  /** Training images when the run started. */
  readonly train: number
}

/** Images that stand in no row of the matrix by their label of now. */
interface Aside {
  readonly unlabelled: number
  /** Of a class that the run does not know. */
  readonly unknown: number
}

export interface CellsNow extends Aside {
  readonly cells: CellColumns
  /** Images whose label changed, those aside among them. */
  readonly moved: number
}

/** The same predictions counted by the labels and the classes of now. Cells come in the order of the measured ones, new ones last. */
export function cellsNow(measured: CellColumns, moved: MovedColumns, classes: readonly Pick<KnownClass, 'classId'>[]): CellsNow {
  if (moved.count.length === 0 && moved.merged.length === 0) return { cells: measured, moved: 0, unlabelled: 0, unknown: 0 }
  const position = new Map(classes.map(({ classId }, n) => [classId, n]))
  const keyOf = (actual: number, predicted: number): number => position.get(actual)! * classes.length + position.get(predicted)!
  const change = new Map<number, { readonly actual: number; readonly predicted: number; by: number }>()
  const add = (actual: number, predicted: number, by: number): void => {
    const key = keyOf(actual, predicted)
    const known = change.get(key)
    if (known) known.by += by
    else change.set(key, { actual, predicted, by })
  }
  const into = new Map(moved.merged.map(({ classId, intoId }) => [classId, intoId]))
  if (into.size > 0) {
    for (let n = 0; n < measured.count.length; n++) {
      const [actual, predicted, count] = [measured.actual[n]!, measured.predicted[n]!, measured.count[n]!]
      const answering = into.get(predicted)
      if (answering === undefined) continue
      add(actual, predicted, -count)
      add(actual, answering, count)
    }
  }
  let [images, unlabelled, unknown] = [0, 0, 0]
  for (const [n, count] of moved.count.entries()) {
    const [actual, given, now] = [moved.actual[n]!, moved.predicted[n]!, moved.now[n]!]
    const predicted = into.get(given) ?? given
    images += count
    add(actual, predicted, -count)
    if (now === null) unlabelled += count
    else if (position.has(now)) add(now, predicted, count)
    else unknown += count
  }
  const cells = { actual: new Array<number>(), predicted: new Array<number>(), count: new Array<number>() }
  const put = (actual: number, predicted: number, count: number): void => {
    if (count === 0) return
    cells.actual.push(actual)
    cells.predicted.push(predicted)
    cells.count.push(count)
  }
  for (let n = 0; n < measured.count.length; n++) {
    const [actual, predicted] = [measured.actual[n]!, measured.predicted[n]!]
    const key = keyOf(actual, predicted)
    put(actual, predicted, measured.count[n]! + (change.get(key)?.by ?? 0))
    change.delete(key)
  }
  for (const { actual, predicted, by } of change.values()) put(actual, predicted, by)
  return { cells, moved: images, unlabelled, unknown }
}

export interface Sums {
  /** Images of the class. */
  readonly support: number
  readonly correct: number
  /** Images that were taken for the class. */
  readonly predicted: number
  /** correct / support; null where the class has no image. */
  readonly recall: number | null
  /** correct / predicted; null where nothing was taken for the class. */
  readonly precision: number | null
}

/** Recall and precision of every class from its cells. */
export function classResults<Known extends KnownClass>(classes: readonly Known[], cells: CellColumns): (Known & Sums)[] {
  const position = new Map(classes.map(({ classId }, n) => [classId, n]))
  const [support, correct, predicted] = [new Float64Array(classes.length), new Float64Array(classes.length), new Float64Array(classes.length)]
  for (let n = 0; n < cells.count.length; n++) {
    const [row, column, count] = [position.get(cells.actual[n]!)!, position.get(cells.predicted[n]!)!, cells.count[n]!]
    support[row]! += count
    predicted[column]! += count
    if (row === column) correct[row]! += count
  }
  return classes.map((one, n) => ({
    ...one,
    support: support[n]!,
    correct: correct[n]!,
    predicted: predicted[n]!,
    recall: support[n] ? correct[n]! / support[n]! : null,
    precision: predicted[n] ? correct[n]! / predicted[n]! : null,
  }))
}

export function knownClass({ classId, name, train }: Omit<KnownClass, 'group'>): KnownClass {
  return { classId, name, group: groupOf(train), train }
}

/** What a report is about, gathered before a word of it is written. */
import { cellsNow, classResults, knownClass, type KnownClass, type Sums } from '../../../shared/confusions.ts'
import type { Epoch, Evaluation } from '../../../shared/contract/runs.ts'
import type { Split } from '../../../shared/contract/common.ts'
import { groups, headFirst, rarestFirst, type Group } from '../../../shared/tail.ts'
import { cellImages } from '../../store/cellImages.ts'
import { listClasses } from '../../store/classes.ts'
import { cells, moved } from '../../store/confusions.ts'
import type { Db } from '../../store/db.ts'
import { evaluationOf } from '../../store/evaluations.ts'
import { epochsOf, runClasses, type RunRecord } from '../../store/runs.ts'

export interface Mistakes {
  readonly actual: KnownClass
  readonly predicted: KnownClass
  readonly count: number
  readonly support: number
  readonly imageIds: readonly number[]
}

/** On the images of a split, by the labels of now. */
export interface ScoredFacts {
  readonly split: Split
  readonly evaluation: Evaluation
  readonly perClass: readonly (KnownClass & Sums)[]
  readonly groups: readonly { readonly group: Group | 'all'; readonly classes: number; readonly support: number; readonly correct: number }[]
  readonly mistakes: readonly Mistakes[]
  /** Images with another label by now than when they were scored. */
  readonly relabelled: number
  readonly leftOut: number
  /** Names of classes without an image, but for those that are gone by now: what a class was merged into answers for it. */
  readonly untested: readonly string[]
}

export interface ReportFacts {
  readonly run: RunRecord
  /** From the head to the tail. */
  readonly classes: readonly KnownClass[]
  readonly epochs: readonly Epoch[]
  /** Null where the run was scored on nothing. */
  readonly scored: ScoredFacts | null
}

const mistakesTold = 10
const imagesOfMistake = 4

export function factsOf(db: Db, run: RunRecord, split: Split | null): ReportFacts {
  const classes = runClasses(db, run.id)
    .map(({ classId, name, train }) => knownClass({ classId, name, train }))
    .sort(headFirst)
  return { run, classes, epochs: epochsOf(db, run.id), scored: split && scoredFacts(db, run.id, split, classes) }
}

function scoredFacts(db: Db, runId: number, split: Split, classes: readonly KnownClass[]): ScoredFacts {
  const of = { runId, split }
  const now = cellsNow(cells(db, of), moved(db, of), classes)
  const perClass = classResults(classes, now.cells)
  const live = new Set(listClasses(db).map(({ id }) => id))
  const byId = new Map(perClass.map((one) => [one.classId, one]))
  const mistakes = Array.from(now.cells.count, (count, n) => ({ actual: byId.get(now.cells.actual[n]!)!, predicted: byId.get(now.cells.predicted[n]!)!, count }))
    .filter(({ actual, predicted }) => actual !== predicted)
    .sort(worstFirst)
    .slice(0, mistakesTold)
  return {
    split,
    evaluation: evaluationOf(db, runId, split)!,
    perClass,
    groups: (['all', ...groups] as const).map((group) => {
      const here = perClass.filter((one) => group === 'all' || one.group === group)
      return { group, classes: here.length, support: here.reduce((sum, one) => sum + one.support, 0), correct: here.reduce((sum, one) => sum + one.correct, 0) }
    }),
    mistakes: mistakes.map(({ actual, predicted, count }) => ({
      actual,
      predicted,
      count,
      support: actual.support,
      imageIds: cellImages(db, of, { actual: [actual.classId], predicted: [predicted.classId] }, 'now', { limit: imagesOfMistake, offset: 0 }).images.map(({ imageId }) => imageId),
    })),
    relabelled: now.moved,
    leftOut: now.unlabelled + now.unknown,
    untested: perClass.filter(({ classId, support }) => support === 0 && live.has(classId)).map(({ name }) => name),
  }
}

type Cell = { readonly actual: KnownClass & Sums; readonly predicted: KnownClass; readonly count: number }

/** The few group before the others, and among each group what takes the largest share of a class. */
function worstFirst(one: Cell, other: Cell): number {
  const rank = (cell: Cell): number => groups.indexOf(cell.actual.group)
  const share = (cell: Cell): number => cell.count / cell.actual.support
  const mistake = ({ actual, predicted, count }: Cell) => ({ train: actual.train, count, actualName: actual.name, predictedName: predicted.name })
  return rank(other) - rank(one) || share(other) - share(one) || rarestFirst(mistake(one), mistake(other))
}

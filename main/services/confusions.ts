/** What classes are taken for, from the store. */
import { cellsNow, classResults, knownClass, type CellColumns, type KnownClass } from '../../shared/confusions.ts'
import type { confusionCommands, LabelTime, Prediction } from '../../shared/contract/confusions.ts'
import { Failure } from '../../shared/failure.ts'
import { headFirst, rarestFirst } from '../../shared/tail.ts'
import { cellImages, imagesOf, type CellImage } from '../store/cellImages.ts'
import { cells, moved, type Scored } from '../store/confusions.ts'
import type { Db } from '../store/db.ts'
import { scoredSplits, type StoredGuess } from '../store/evaluations.ts'
import { lens, listedImages } from '../store/lens.ts'
import { runById, runClasses } from '../store/runs.ts'
import type { HandlersOf } from './context.ts'
import type { Projects } from './projects.ts'
import { imagesUnder, theseUnder } from './runs/turned.ts'

export function confusionHandlers(projects: Projects): HandlersOf<typeof confusionCommands> {
  /** @throws Failure `not-found` where the run or its evaluation is missing. */
  const scored = (projectId: string, { runId, split }: Scored): { readonly db: Db; readonly scored: Scored } => {
    const { db } = projects.get(projectId)
    if (!runById(db, runId)) throw new Failure('not-found', `This project has no run ${runId}.`)
    const splits = scoredSplits(db, runId)
    if (!splits.includes(split)) {
      const others = splits.length > 0 ? ` It was on ${splits.join(' and ')} images.` : ''
      throw new Failure('not-found', `Run ${runId} has not been evaluated on ${split} images.${others} Evaluate it first.`)
    }
    return { db, scored: { runId, split } }
  }

  return {
    'confusions.matrix': ({ projectId, ...asked }) => {
      const { db, scored: of } = scored(projectId, asked)
      return { classes: classesOf(db, of), cells: cells(db, of), moved: moved(db, of) }
    },
    'confusions.moved': ({ projectId, ...asked }) => {
      const { db, scored: of } = scored(projectId, asked)
      return moved(db, of)
    },
    'confusions.cells': ({ projectId, classId, top, labels, ...asked }) => {
      const { db, scored: of } = scored(projectId, asked)
      return errorsOf(db, of, labels, classId).slice(0, top)
    },
    'confusions.images': async ({ projectId, actual, predicted, limit, offset, labels, dial, ...asked }) => {
      const { db, scored: of } = scored(projectId, asked)
      const page = { limit, offset }
      const { total, images } = dial ? await imagesUnder(projects.get(projectId), runById(db, of.runId)!, of.split, dial, { actual, predicted }, labels, page) : cellImages(db, of, { actual, predicted }, labels, page)
      return { total, images: images.map(shown) }
    },
    'confusions.lens': ({ projectId, actual, predicted, labels, ...asked }) => {
      const { db, scored: of } = scored(projectId, asked)
      return [...lens(db, of, { actual, predicted }, labels)].filter(([, { images }]) => images > 0).map(([classId, sums]) => Object.assign(sums, { classId }))
    },
    'confusions.listed': ({ projectId, actual, predicted, labels, listed, limit, offset, ...asked }) => {
      const { db, scored: of } = scored(projectId, asked)
      const { total, imageIds } = listedImages(db, of, listed, { actual, predicted }, labels, { limit, offset })
      return { total, images: imagesOf(db, of, imageIds).map(shown) }
    },
    'confusions.these': async ({ projectId, imageIds, dial, ...asked }) => {
      const { db, scored: of } = scored(projectId, asked)
      const images = dial ? await theseUnder(projects.get(projectId), runById(db, of.runId)!, of.split, dial, imageIds) : imagesOf(db, of, imageIds)
      return images.map(shown)
    },
  }
}

/** By falling training count. */
function classesOf(db: Db, { runId }: Scored): KnownClass[] {
  return runClasses(db, runId)
    .map(({ classId, name, train }) => knownClass({ classId, name, train }))
    .sort(headFirst)
}

function cellsAt(db: Db, scored: Scored, classes: readonly KnownClass[], labels: LabelTime): CellColumns {
  const measured = cells(db, scored)
  return labels === 'measured' ? measured : cellsNow(measured, moved(db, scored), classes).cells
}

/** Errors, in the order that every view lists them in. */
function errorsOf(db: Db, scored: Scored, labels: LabelTime, classId: number | undefined) {
  const known = classesOf(db, scored)
  const { actual, predicted, count } = cellsAt(db, scored, known, labels)
  const classes = new Map(classResults(known, { actual, predicted, count }).map((one) => [one.classId, one]))
  return Array.from(count, (images, n) => {
    const [truth, taken] = [classes.get(actual[n]!)!, classes.get(predicted[n]!)!]
    return { actual: truth.classId, predicted: taken.classId, count: images, support: truth.support, train: truth.train, actualName: truth.name, predictedName: taken.name, group: truth.group }
  })
    .filter((cell) => cell.actual !== cell.predicted && (classId === undefined || cell.actual === classId))
    .sort(rarestFirst)
    .map(({ train: _train, ...cell }) => cell)
}

function shown({ guesses, experts, ...image }: CellImage): Prediction {
  return Object.assign(image, { guesses: guesses.map(guess), experts: experts.map(guess) })
}

function guess([classId, probability]: StoredGuess): { classId: number; probability: number } {
  return { classId, probability }
}

/** What classes are taken for, from the store. */
import type { confusionCommands, Prediction } from '../../shared/contract/confusions.ts'
import { Failure } from '../../shared/failure.ts'
import { groupOf } from '../../shared/tail.ts'
import { cellImages, cells, errorCells, type Scored } from '../store/confusions.ts'
import type { Db } from '../store/db.ts'
import { scoredSplits, type StoredGuess } from '../store/evaluations.ts'
import { runById, runClasses } from '../store/runs.ts'
import type { HandlersOf } from './context.ts'
import type { Projects } from './projects.ts'
import { classResultsOf } from './scores.ts'

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
      const classes = runClasses(db, of.runId)
      const found = cells(db, of)
      const position = new Map(classes.map(({ classId }, n) => [classId, n]))
      const byPosition = found.map(({ actual, predicted, count }) => ({ actual: position.get(actual)!, predicted: position.get(predicted)!, count }))
      return { classes: classResultsOf(byPosition, classes), cells: found }
    },
    'confusions.cells': ({ projectId, classId, top, ...asked }) => {
      const { db, scored: of } = scored(projectId, asked)
      return errorCells(db, of, { classId, top }).map(({ train, ...cell }) => Object.assign(cell, { group: groupOf(train) }))
    },
    'confusions.images': ({ projectId, actual, predicted, limit, offset, ...asked }) => {
      const { db, scored: of } = scored(projectId, asked)
      const { total, images } = cellImages(db, of, { actual, predicted, limit, offset })
      return { total, images: images.map(({ guesses, experts, ...image }): Prediction => Object.assign(image, { guesses: guesses.map(shown), experts: experts.map(shown) })) }
    },
  }
}

function shown([classId, probability]: StoredGuess): { classId: number; probability: number } {
  return { classId, probability }
}

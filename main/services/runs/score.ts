import { rmSync } from 'node:fs'
import type { Split } from '../../../shared/contract/common.ts'
import { Failure } from '../../../shared/failure.ts'
import { temporaryName } from '../../atomic.ts'
import { inTransaction } from '../../store/db.ts'
import { saveEvaluation } from '../../store/evaluations.ts'
import { runById, runClasses, type LabelledImage, type RunRecord } from '../../store/runs.ts'
import type { Trainer } from '../../trainer/client.ts'
import type { EvaluateResult, PixelSet } from '../../trainer/contract.ts'
import type { OpenProject } from '../projects.ts'
import { figuresOf, guessesKept, pixelSet, predictionsOf } from '../scores.ts'
import { runFolder } from './folder.ts'
import { keepScores, logitsFile } from './kept.ts'

export interface Scoring {
  readonly trainer: Trainer
  readonly project: OpenProject
  readonly run: RunRecord
  /** In a narrower number type as well. */
  readonly fast: boolean
}

/** Asks a trainer for the guesses of the run's newest checkpoint; the logits' file, where one is named, appears when it is whole. */
export function askGuesses({ trainer, project, run, fast }: Scoring, images: PixelSet, pixelFile: string, logits: string | null): Promise<EvaluateResult> {
  const classCounts = runClasses(project.db, run.id).map(({ train }) => train)
  return trainer.call('evaluate', { config: run.config, runFolder: runFolder(project, run.id), pixelFile, classCounts, images, logitsFile: logits, guesses: guessesKept, threshold: run.threshold, fast })
}

/**
 * Scores images of a split and keeps everything: logits and a router's scores in the run's folder, figures, predictions and
 * confusions in the store. Nothing changes there unless all of it can be written.
 */
export async function scoreSplit(scoring: Scoring, split: Split, images: readonly LabelledImage[], pixelFile: string): Promise<EvaluateResult> {
  const { project, run } = scoring
  const classes = runClasses(project.db, run.id)
  const logits = temporaryName(logitsFile(project, run.id, split))
  try {
    const result = await askGuesses(scoring, pixelSet(images), pixelFile, logits)
    const actual = images.map(({ position }) => position)
    refuseMoved(project, run)
    const word = await keepScores(project, run.id, split, logits, result, { images: images.map(({ imageId }) => imageId), classes: classes.map(({ classId }) => classId) })
    inTransaction(project.db, () => {
      refuseMoved(project, run)
      saveEvaluation(project.db, run.id, { split, ...figuresOf(result, actual, classes, run) }, predictionsOf(result, images, classes), word)
    })
    return result
  } finally {
    rmSync(logits, { force: true })
  }
}

/** @throws Failure `busy` where another program moved the threshold since the run was asked with it */
function refuseMoved({ db }: OpenProject, { id, threshold }: RunRecord): void {
  if (runById(db, id)?.threshold !== threshold) throw new Failure('busy', `The threshold of run ${id} was moved by another program while the run was scored at ${threshold}. Score it again.`)
}

import { rmSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { Split } from '../../../shared/contract/common.ts'
import { logitOffsets } from '../../../shared/dial.ts'
import { Failure } from '../../../shared/failure.ts'
import { temporaryName } from '../../atomic.ts'
import type { Db } from '../../store/db.ts'
import { savingEvaluation } from '../../store/evaluations.ts'
import { inOneTransaction } from '../../store/inSlices.ts'
import { runById, runClasses, type LabelledImage, type RunRecord } from '../../store/runs.ts'
import type { Trainer } from '../../trainer/client.ts'
import type { EvaluateResult, PixelSet } from '../../trainer/contract.ts'
import type { OpenProject } from '../projects.ts'
import { figuresOf, guessesKept, pixelSet, predictionsOf } from '../scores.ts'
import { runFolder } from './folder.ts'
import { logitsFile, prepareScores, type PreparedScores } from './kept.ts'

export interface Scoring {
  readonly trainer: Trainer
  readonly project: OpenProject
  readonly run: RunRecord
  /** In a narrower number type as well. */
  readonly fast: boolean
}

/** Asks a trainer for the guesses of the run's newest checkpoint; the logits' file, where one is named, appears when it is whole. */
export function askGuesses({ trainer, project, run, fast }: Scoring, images: PixelSet, pixelFile: string, logits: string | null): Promise<EvaluateResult> {
  const classes = runClasses(project.db, run.id)
  const classCounts = classes.map(({ train }) => train)
  const offsets = run.dial && logitOffsets(classes, run.dial)
  return trainer.call('evaluate', { config: run.config, runFolder: runFolder(project, run.id), pixelFile, classCounts, images, logitsFile: logits, guesses: guessesKept, threshold: run.threshold, offsets, fast })
}

/**
 * Scores images of a split and keeps everything: logits and a router's scores in the run's folder, figures, predictions and
 * confusions in the store. Nothing changes, there or in the folder, unless the store has all of it.
 */
export async function scoreSplit(scoring: Scoring, split: Split, images: readonly LabelledImage[], pixelFile: string): Promise<EvaluateResult> {
  const { project, run } = scoring
  const classes = runClasses(project.db, run.id)
  const logits = temporaryName(logitsFile(project, run.id, split))
  let prepared: PreparedScores | undefined
  try {
    const result = await askGuesses(scoring, pixelSet(images), pixelFile, logits)
    const actual = images.map(({ position }) => position)
    refuseMoved(project.db, run)
    prepared = await prepareScores(project, run.id, split, logits, result, { images: images.map(({ imageId }) => imageId), classes: classes.map(({ classId }) => classId) })
    const { scoring: word } = prepared
    await inOneTransaction(project.db, images.length, function* (db) {
      refuseMoved(db, run)
      yield* savingEvaluation(db, run.id, { split, ...figuresOf(result, actual, classes, run) }, predictionsOf(result, images, classes), word)
    })
    prepared.keep()
    return result
  } finally {
    prepared?.drop()
    rmSync(logits, { force: true })
  }
}

/** @throws Failure `busy` where another program moved the threshold, or set the answers otherwise, since the run was asked with them */
function refuseMoved(db: Db, { id, threshold, dial }: RunRecord): void {
  const now = runById(db, id)
  if (now?.threshold !== threshold) throw new Failure('busy', `The threshold of run ${id} was moved by another program while the run was scored at ${threshold}. Score it again.`)
  if (!isDeepStrictEqual(now.dial, dial)) throw new Failure('busy', `The adjustment of run ${id} was changed by another program while the run was scored. Score it again.`)
}

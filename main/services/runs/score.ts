import path from 'node:path'
import type { Split } from '../../../shared/contract/common.ts'
import { writeAtomically } from '../../atomic.ts'
import { saveEvaluation } from '../../store/evaluations.ts'
import { runClasses, type LabelledImage, type RunRecord } from '../../store/runs.ts'
import type { Trainer } from '../../trainer/client.ts'
import type { EvaluateResult, PixelSet } from '../../trainer/contract.ts'
import type { OpenProject } from '../projects.ts'
import { figuresOf, guessesKept, pixelSet, predictionsOf } from '../scores.ts'
import { runFolder } from './folder.ts'

/** Asks a trainer for the guesses of the run's newest checkpoint; the logits' file, where one is named, appears when it is whole. */
export function askGuesses(trainer: Trainer, project: OpenProject, run: RunRecord, images: PixelSet, pixelFile: string, logitsFile: string | null): Promise<EvaluateResult> {
  const classCounts = runClasses(project.db, run.id).map(({ train }) => train)
  return trainer.call('evaluate', { config: run.config, runFolder: runFolder(project, run.id), pixelFile, classCounts, images, logitsFile, guesses: guessesKept, threshold: run.threshold, fast: false })
}

/**
 * Scores images of a split and keeps everything: `<split>.logits.f32` and `.json` in the run's folder, figures, predictions
 * and confusions in the store. Nothing changes there unless all of it can be written.
 */
export async function scoreSplit(trainer: Trainer, project: OpenProject, run: RunRecord, split: Split, images: readonly LabelledImage[], pixelFile: string): Promise<EvaluateResult> {
  const classes = runClasses(project.db, run.id)
  const logits = path.join(runFolder(project, run.id), `${split}.logits`)
  const result = await askGuesses(trainer, project, run, pixelSet(images), pixelFile, `${logits}.f32`)
  const shape = { experts: result.expertClasses.length / images.length, images: images.map(({ imageId }) => imageId), classes: classes.map(({ classId }) => classId) }
  writeAtomically(`${logits}.json`, JSON.stringify(shape))
  const actual = images.map(({ position }) => position)
  saveEvaluation(project.db, run.id, { split, ...figuresOf(result, actual, classes) }, predictionsOf(result, images, classes))
  return result
}

/** A run that answers otherwise than it was scored: from the kept logits and a router's scores alone, without TensorFlow. */
import { isDeepStrictEqual } from 'node:util'
import type { Split } from '../../../shared/contract/common.ts'
import type { Evaluation } from '../../../shared/contract/runs.ts'
import { adjust, logitOffsets, type Dial } from '../../../shared/dial.ts'
import { Failure } from '../../../shared/failure.ts'
import { bestClass, bestClasses, expertsAsked, meanOfFirst, probabilitiesOf } from '../../../shared/routing.ts'
import type { Db } from '../../store/db.ts'
import { evaluationOf, labelsOfScored, replacingAnswers, scoringOf, type StoredPrediction } from '../../store/evaluations.ts'
import { dropGuesses } from '../../store/guesses.ts'
import { inOneTransaction } from '../../store/inSlices.ts'
import { runClasses, setDial, setThreshold, type RunClass, type RunRecord } from '../../store/runs.ts'
import type { EvaluateResult } from '../../trainer/contract.ts'
import { refuseReadOnly, savingAll } from '../disk.ts'
import type { OpenProject } from '../projects.ts'
import { figuresOf, guessesKept, predictionsOf } from '../scores.ts'
import { keptOf, type Kept } from './kept.ts'

/** What a run's answers follow from besides its weights. */
export type Setting = Pick<RunRecord, 'threshold' | 'dial'>

export interface ScoredSplit {
  readonly kept: Kept
  readonly classes: readonly RunClass[]
  readonly evaluation: Evaluation
}

/** @throws Failure `not-found` where the run was not scored on the split, or what was kept is not of that scoring */
export function scoredSplit(project: OpenProject, run: RunRecord, split: Split): ScoredSplit {
  const { db } = project
  const evaluation = evaluationOf(db, run.id, split)
  if (!evaluation) throw new Failure('not-found', `Run ${run.id} was not scored on ${split} images. Score it on them first.`)
  const kept = keptOf(project, run.id, split)
  const classes = runClasses(db, run.id)
  const word = scoringOf(db, run.id, split)
  // Only what a router's scoring kept had a word in the store from the beginning; of the others, the images have to tell.
  const isOfIt = word === undefined && !evaluation.routing ? isOfImages(kept, labelsOfScored(db, run.id, split)) : kept.scoring === word
  if (!isOfIt || kept.images.length !== evaluation.images || kept.classes !== classes.length || (kept.scores === null) !== (evaluation.routing === null)) throw notOfThese(run, split)
  return { kept, classes, evaluation }
}

/** Class index of each image as it was scored. @throws Failure `not-found` where the images are not those that were scored */
export function scoredLabels({ db }: OpenProject, run: RunRecord, split: Split, { kept, classes }: ScoredSplit): number[] {
  const positions = positionsOf(classes)
  const labels = labelsOfScored(db, run.id, split)
  const actual = kept.images.map((imageId) => positions.get(labels.get(imageId) ?? 0))
  if (labels.size !== kept.images.length || actual.includes(undefined)) throw notOfThese(run, split)
  return actual as number[]
}

/** By class id, its index among the run's answers. */
export function positionsOf(classes: readonly RunClass[]): ReadonlyMap<number, number> {
  return new Map(classes.map(({ classId }, position) => [classId, position]))
}

function isOfImages({ images }: Kept, labels: ReadonlyMap<number, number>): boolean {
  return labels.size === images.length && images.every((imageId) => labels.has(imageId))
}

function notOfThese({ id }: RunRecord, split: Split): Failure {
  return new Failure('not-found', `What was kept of run ${id} on the ${split} images is not of the images that it was scored on last. Score it on them again.`)
}

/** How many experts are asked for each image: all of them without a router. */
export function askedAt({ scores, experts, images }: Kept, threshold: number | null): Uint8Array {
  return scores === null || threshold === null ? new Uint8Array(images.length).fill(experts) : expertsAsked(scores, experts, threshold)
}

/**
 * From now on the run answers so: figures, predictions and confusions of every split that it was scored on follow,
 * and what it took other images for is forgotten.
 * @throws Failure `not-found` where what was kept of any of them is gone; then nothing has changed
 */
export async function answerWith(project: OpenProject, run: RunRecord, setting: Setting): Promise<void> {
  refuseReadOnly(project, `Run ${run.id} answers as before`)
  const { db } = project
  const answered = { ...run, ...setting }
  const rescored: { readonly evaluation: Evaluation; readonly predictions: Iterable<StoredPrediction>; readonly scoring: string | undefined }[] = []
  for (const split of run.scored) {
    const found = scoredSplit(project, run, split)
    const actual = scoredLabels(project, run, split, found)
    const { kept, classes, evaluation } = found
    const result = await resultWith(found, setting)
    const figures = figuresOf(result, actual, classes, answered)
    const routing = figures.routing && { ...figures.routing, measuredAt: evaluation.routing!.measuredAt }
    const images = kept.images.map((imageId, n) => ({ imageId, position: actual[n]! }))
    rescored.push({ evaluation: { split, ...figures, routing }, predictions: predictionsOf(result, images, classes), scoring: scoringOf(db, run.id, split) })
  }
  const images = rescored.reduce((sum, { evaluation }) => sum + evaluation.images, 0)
  const replacing = function* (own: Db): Generator<void> {
    setSetting(own, run.id, setting)
    // They were answered with the other setting, and no logits were kept of them.
    if (!isDeepStrictEqual(setting, { threshold: run.threshold, dial: run.dial })) dropGuesses(own, run.id)
    for (const { evaluation, predictions, scoring } of rescored) {
      if (scoringOf(own, run.id, evaluation.split) !== scoring) throw new Failure('busy', `Run ${run.id} was scored by another program while its answers were changed. Change them again.`)
      yield* replacingAnswers(own, run.id, evaluation, predictions)
    }
  }
  await savingAll(`Run ${run.id} answers as before`, () => inOneTransaction(db, images, replacing))
}

function setSetting(db: Db, runId: number, { threshold, dial }: Setting): void {
  if (threshold !== null) setThreshold(db, runId, threshold)
  setDial(db, runId, dial)
}

/** Undefined where nothing is added. */
export function offsetsOf(classes: readonly RunClass[], dial: Dial | null): Float32Array | undefined {
  return dial === null ? undefined : logitOffsets(classes, dial)
}

/** What the trainer would have answered with this setting; the speeds are those of when it was asked. */
async function resultWith({ kept, classes, evaluation }: ScoredSplit, { threshold, dial }: Setting): Promise<EvaluateResult> {
  const guesses = Math.min(guessesKept, kept.classes)
  const { images, experts, scores } = kept
  const asked = askedAt(kept, threshold)
  const offsets = offsetsOf(classes, dial)
  const answerOf = (logits: readonly Float32Array[], of: number): Float32Array => {
    const mean = meanOfFirst(logits, of)
    if (offsets) adjust(mean, offsets)
    return mean
  }
  const result = {
    guesses,
    guessClasses: new Uint32Array(images.length * guesses),
    guessProbabilities: new Float32Array(images.length * guesses),
    expertClasses: new Uint32Array(images.length * experts),
    expertProbabilities: new Float32Array(images.length * experts),
    expertsAsked: Uint8Array.from(asked),
    imagesPerSecond: evaluation.imagesPerSecond,
  }
  const allExpertsClasses = new Uint32Array(images.length)
  await kept.eachImage((n, logits) => {
    const together = answerOf(logits, asked[n]!)
    const probabilityOf = probabilitiesOf(together)
    for (const [rank, c] of bestClasses(together, guesses).entries()) {
      result.guessClasses[n * guesses + rank] = c
      result.guessProbabilities[n * guesses + rank] = probabilityOf(c)
    }
    for (const [e, own] of logits.entries()) {
      const c = bestClass(own)
      result.expertClasses[n * experts + e] = c
      result.expertProbabilities[n * experts + e] = probabilitiesOf(own)(c)
    }
    if (scores) allExpertsClasses[n] = bestClass(answerOf(logits, experts))
  })
  const routing = scores && evaluation.routing && { scores, allExpertsClasses, allExpertsImagesPerSecond: evaluation.routing.allExperts.imagesPerSecond }
  return { ...result, routing, fast: null }
}

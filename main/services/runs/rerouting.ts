/** A router at other thresholds than it was scored at: from the kept logits and scores alone, without TensorFlow. */
import { setImmediate } from 'node:timers/promises'
import type { Split } from '../../../shared/contract/common.ts'
import type { Evaluation, Routed } from '../../../shared/contract/runs.ts'
import { Failure } from '../../../shared/failure.ts'
import { accuracyOf } from '../../../shared/metrics.ts'
import { bestClass, bestClasses, expertsAsked, meanOfFirst, probabilitiesOf } from '../../../shared/routing.ts'
import { inTransaction } from '../../store/db.ts'
import { evaluationOf, labelsOfScored, saveEvaluation, scoringOf, type StoredPrediction } from '../../store/evaluations.ts'
import { runClasses, setThreshold, type RunClass, type RunRecord } from '../../store/runs.ts'
import type { EvaluateResult } from '../../trainer/contract.ts'
import type { OpenProject } from '../projects.ts'
import { figuresOf, guessesKept, predictionsOf, useOf } from '../scores.ts'
import { keptOfRouter, type Kept } from './kept.ts'

/** Steps of 1/40, and closer to the ends, where a router that is sure of itself has most of its scores. */
const grid = [0.005, 0.01, ...Array.from({ length: 39 }, (_, n) => (n + 1) / 40), 0.99, 0.995]

interface RoutedSplit {
  readonly kept: Kept
  /** Class index of each image as it was scored. */
  readonly actual: readonly number[]
  readonly classes: readonly RunClass[]
  readonly evaluation: Evaluation
}

/** @throws Failure `invalid-input` where the run has no router */
function thresholdOf({ id, threshold }: RunRecord): number {
  if (threshold === null) throw new Failure('invalid-input', `Run ${id} has no router, so there is no threshold. Train a router on it first.`)
  return threshold
}

/** What the router makes of a scored split, from the lowest threshold to the highest, the present one among them. */
export async function routedAt(project: OpenProject, run: RunRecord, split: Split): Promise<Routed[]> {
  const thresholds = [...new Set([...grid, thresholdOf(run)])].sort((a, b) => a - b)
  const { kept, actual, classes } = routedSplit(project, run, split)
  const trainCounts = classes.map(({ train }) => train)
  const firstGuesses = await firstGuessesOf(project, kept)
  const routed: Routed[] = []
  for (const threshold of thresholds) {
    const asked = expertsAsked(kept.scores, kept.experts, threshold)
    const predicted = Uint32Array.from(asked, (experts, n) => firstGuesses[experts - 1]![n]!)
    routed.push({ threshold, ...accuracyOf(actual, predicted, trainCounts), ...useOf(asked, actual, trainCounts, run.config) })
    // Over many images this takes seconds, in which others have their turn too.
    await setImmediate()
  }
  return routed
}

/** Of each project, the last scoring that was asked about: moving a threshold changes none of it. */
const lastGuesses = new WeakMap<OpenProject, { readonly scoring: string; readonly guesses: readonly Uint32Array[] }>()

/** Every image's first guess by how many experts are asked, whichever threshold leads there: [experts asked - 1][image]. */
async function firstGuessesOf(project: OpenProject, kept: Kept): Promise<readonly Uint32Array[]> {
  const last = lastGuesses.get(project)
  if (last && last.scoring === kept.scoring) return last.guesses
  const guesses = Array.from({ length: kept.experts }, () => new Uint32Array(kept.images.length))
  await kept.eachImage((n, logits) => {
    for (const [e, best] of guesses.entries()) best[n] = bestClass(meanOfFirst(logits, e + 1))
  })
  if (kept.scoring !== undefined) lastGuesses.set(project, { scoring: kept.scoring, guesses })
  return guesses
}

/**
 * Moves the threshold, and with it figures, predictions and confusions of every split that the run was scored on.
 * @throws Failure `not-found` where what was kept of any of them is gone; then nothing has changed
 */
export async function moveThreshold(project: OpenProject, run: RunRecord, threshold: number): Promise<void> {
  thresholdOf(run)
  const moved = { ...run, threshold }
  const rescored: { readonly evaluation: Evaluation; readonly predictions: Iterable<StoredPrediction>; readonly scoring: string | undefined }[] = []
  for (const split of run.scored) {
    const found = routedSplit(project, run, split)
    const { kept, actual, classes, evaluation } = found
    const result = await resultAt(found, threshold)
    const images = kept.images.map((imageId, n) => ({ imageId, position: actual[n]! }))
    const figures = figuresOf(result, actual, classes, moved)
    const routing = figures.routing && { ...figures.routing, measuredAt: evaluation.routing!.measuredAt }
    rescored.push({ evaluation: { split, ...figures, routing }, predictions: predictionsOf(result, images, classes), scoring: kept.scoring })
  }
  inTransaction(project.db, () => {
    setThreshold(project.db, run.id, threshold)
    for (const { evaluation, predictions, scoring } of rescored) {
      if (scoringOf(project.db, run.id, evaluation.split) !== scoring) throw new Failure('busy', `Run ${run.id} was scored by another program while its threshold was moved. Move it again.`)
      saveEvaluation(project.db, run.id, evaluation, predictions, scoring)
    }
  })
}

/** @throws Failure `not-found` where the run was not scored on the split, or what was kept is not of these images */
function routedSplit(project: OpenProject, run: RunRecord, split: Split): RoutedSplit {
  const evaluation = evaluationOf(project.db, run.id, split)
  if (!evaluation?.routing) throw new Failure('not-found', `Run ${run.id} was not scored on ${split} images. Score it on them first.`)
  const kept = keptOfRouter(project, run.id, split)
  const classes = runClasses(project.db, run.id)
  const positions = new Map(classes.map(({ classId }, position) => [classId, position]))
  const labels = labelsOfScored(project.db, run.id, split)
  const actual = kept.images.map((imageId) => positions.get(labels.get(imageId) ?? 0))
  if (kept.scoring !== scoringOf(project.db, run.id, split) || labels.size !== kept.images.length || actual.includes(undefined) || kept.classes !== classes.length) {
    throw new Failure('not-found', `What was kept of run ${run.id} on the ${split} images is not of the images that it was scored on last. Score it on them again.`)
  }
  return { kept, actual: actual as number[], classes, evaluation }
}

/** What the trainer would have answered at this threshold; the speeds are those of when it was asked. */
async function resultAt({ kept, evaluation }: RoutedSplit, threshold: number): Promise<EvaluateResult> {
  const guesses = Math.min(guessesKept, kept.classes)
  const { images, experts } = kept
  const asked = expertsAsked(kept.scores, kept.experts, threshold)
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
    const together = meanOfFirst(logits, asked[n]!)
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
    allExpertsClasses[n] = bestClass(meanOfFirst(logits, experts))
  })
  return { ...result, routing: { scores: kept.scores, allExpertsClasses, allExpertsImagesPerSecond: evaluation.routing!.allExperts.imagesPerSecond }, fast: null }
}

/** A router at other thresholds than it was scored at: from the kept logits and scores alone, without TensorFlow. */
import { setImmediate } from 'node:timers/promises'
import type { Split } from '../../../shared/contract/common.ts'
import type { Routed } from '../../../shared/contract/runs.ts'
import { bestAdjusted } from '../../../shared/dial.ts'
import { Failure } from '../../../shared/failure.ts'
import { accuracyOf } from '../../../shared/metrics.ts'
import { expertsAsked, meanOfFirst } from '../../../shared/routing.ts'
import type { RunRecord } from '../../store/runs.ts'
import type { OpenProject } from '../projects.ts'
import { useOf } from '../scores.ts'
import { answerWith, offsetsOf, scoredLabels, scoredSplit, type ScoredSplit } from './answering.ts'

/** Steps of 1/40, and closer to the ends, where a router that is sure of itself has most of its scores. */
const grid = [0.005, 0.01, ...Array.from({ length: 39 }, (_, n) => (n + 1) / 40), 0.99, 0.995]

/** @throws Failure `invalid-input` where the run has no router */
function thresholdOf({ id, threshold }: RunRecord): number {
  if (threshold === null) throw new Failure('invalid-input', `Run ${id} has no router, so there is no threshold. Train a router on it first.`)
  return threshold
}

/** What the router makes of a scored split, from the lowest threshold to the highest, the present one among them. */
export async function routedAt(project: OpenProject, run: RunRecord, split: Split): Promise<Routed[]> {
  const thresholds = [...new Set([...grid, thresholdOf(run)])].sort((a, b) => a - b)
  const scored = scoredSplit(project, run, split)
  const actual = scoredLabels(project, run, split, scored)
  const trainCounts = scored.classes.map(({ train }) => train)
  const firstGuesses = await firstGuessesOf(project, run, scored)
  const routed: Routed[] = []
  for (const threshold of thresholds) {
    const asked = expertsAsked(scored.kept.scores!, scored.kept.experts, threshold)
    const predicted = Uint32Array.from(asked, (experts, n) => firstGuesses[experts - 1]![n]!)
    routed.push({ threshold, ...accuracyOf(actual, predicted, trainCounts), ...useOf(asked, actual, trainCounts, run.config) })
    // Over many images this takes seconds, in which others have their turn too.
    await setImmediate()
  }
  return routed
}

/** Of each project, the last scoring and adjustment that was asked about: moving a threshold changes none of it. */
const lastGuesses = new WeakMap<OpenProject, { readonly of: string; readonly guesses: readonly Uint32Array[] }>()

/** Every image's first guess by how many experts are asked, whichever threshold leads there: [experts asked - 1][image]. */
async function firstGuessesOf(project: OpenProject, { dial }: RunRecord, { kept, classes }: ScoredSplit): Promise<readonly Uint32Array[]> {
  const last = lastGuesses.get(project)
  const of = JSON.stringify([kept.scoring, dial])
  if (last?.of === of) return last.guesses
  const guesses = Array.from({ length: kept.experts }, () => new Uint32Array(kept.images.length))
  const offsets = offsetsOf(classes, dial) ?? new Float32Array(kept.classes)
  await kept.eachImage((n, logits) => {
    for (const [e, best] of guesses.entries()) best[n] = bestAdjusted(meanOfFirst(logits, e + 1), 0, offsets)
  })
  if (kept.scoring !== undefined) lastGuesses.set(project, { of, guesses })
  return guesses
}

/**
 * Moves the threshold, and with it figures, predictions and confusions of every split that the run was scored on.
 * @throws Failure `not-found` where what was kept of any of them is gone; then nothing has changed
 */
export async function moveThreshold(project: OpenProject, run: RunRecord, threshold: number): Promise<void> {
  thresholdOf(run)
  await answerWith(project, run, { threshold, dial: run.dial })
}

/** What a run scored on a split: figures, each image's guesses, and the confusions that follow. */
import { splits, type Split } from '../../shared/contract/common.ts'
import type { Evaluation } from '../../shared/contract/runs.ts'
import { inTransaction, row, rows, run, type Db } from './db.ts'

/** [class id, probability] */
export type StoredGuess = readonly [classId: number, probability: number]

export interface StoredPrediction {
  readonly imageId: number
  /** Class ids. */
  readonly actual: number
  readonly predicted: number
  readonly guesses: readonly StoredGuess[]
  readonly experts: readonly StoredGuess[]
  readonly expertsAsked: number
}

/**
 * Replaces what was known of the run's split, in one transaction.
 * @param scoring the word of the scoring that a router's figures come from
 */
export function saveEvaluation(db: Db, runId: number, evaluation: Evaluation, predictions: Iterable<StoredPrediction>, scoring?: string): void {
  inTransaction(db, () => {
    for (const table of ['evaluation', 'prediction', 'confusion']) run(db, `DELETE FROM ${table} WHERE run_id = ? AND split = ?`, runId, evaluation.split)
    run(
      db,
      `INSERT INTO evaluation (run_id, split, images, top1, many, medium, few, experts, experts_used, images_per_second, routing, fast)
       VALUES (:runId, :split, :images, :top1, :many, :medium, :few, :experts, :expertsUsed, :imagesPerSecond, :routing, :fast)`,
      { ...evaluation, experts: JSON.stringify(evaluation.experts), routing: stored(evaluation.routing && { ...evaluation.routing, scoring }), fast: stored(evaluation.fast), runId },
    )
    for (const { imageId, actual, predicted, guesses, experts, expertsAsked } of predictions) {
      run(
        db,
        `INSERT INTO prediction (run_id, split, image_id, actual, predicted, guesses, experts, experts_asked) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        runId,
        evaluation.split,
        imageId,
        actual,
        predicted,
        JSON.stringify(guesses),
        JSON.stringify(experts),
        expertsAsked,
      )
    }
    run(
      db,
      `INSERT INTO confusion (run_id, split, actual, predicted, count)
       SELECT run_id, split, actual, predicted, count(*) FROM prediction WHERE run_id = ? AND split = ? GROUP BY actual, predicted`,
      runId,
      evaluation.split,
    )
  })
}

export function evaluationOf(db: Db, runId: number, split: Split): Evaluation | undefined {
  const found = row<Omit<Evaluation, 'experts' | 'routing' | 'fast'> & { readonly experts: string; readonly routing: string | null; readonly fast: string | null }>(
    db,
    `SELECT split, images, top1, many, medium, few, experts, experts_used AS expertsUsed, images_per_second AS imagesPerSecond, routing, fast
     FROM evaluation WHERE run_id = ? AND split = ?`,
    runId,
    split,
  )
  return (
    found && {
      ...found,
      experts: JSON.parse(found.experts) as Evaluation['experts'],
      routing: routingOf(found.routing),
      fast: found.fast === null ? null : (JSON.parse(found.fast) as Evaluation['fast']),
    }
  )
}

function routingOf(text: string | null): Evaluation['routing'] {
  if (text === null) return null
  const { scoring: _word, ...routing } = JSON.parse(text) as NonNullable<Evaluation['routing']> & { readonly scoring?: string }
  return routing
}

/** The word of the scoring that a router's figures come from; undefined of one from before there were any. */
export function scoringOf(db: Db, runId: number, split: Split): string | undefined {
  const found = row<{ readonly scoring: string | null }>(db, `SELECT json_extract(routing, '$.scoring') AS scoring FROM evaluation WHERE run_id = ? AND split = ?`, runId, split)
  return found?.scoring ?? undefined
}

function stored(value: object | null): string | null {
  return value && JSON.stringify(value)
}

/** By image id, the class that each image of the split had when the run was scored on it. */
export function labelsOfScored(db: Db, runId: number, split: Split): Map<number, number> {
  const found = rows<{ readonly imageId: number; readonly actual: number }>(db, 'SELECT image_id AS imageId, actual FROM prediction WHERE run_id = ? AND split = ?', runId, split)
  return new Map(found.map(({ imageId, actual }) => [imageId, actual]))
}

/** The splits that the run was scored on. */
export function scoredSplits(db: Db, runId: number): Split[] {
  const found = new Set(rows<{ readonly split: Split }>(db, 'SELECT split FROM evaluation WHERE run_id = ?', runId).map(({ split }) => split))
  return splits.filter((split) => found.has(split))
}

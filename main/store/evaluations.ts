/** What a run scored on a split: figures, each image's guesses, and the confusions that follow. */
import { splits, type Split } from '../../shared/contract/common.ts'
import type { Evaluation } from '../../shared/contract/runs.ts'
import type { Scored } from './confusions.ts'
import { count, row, rows, run, runner, type Db } from './db.ts'
import { addImage, agreementOf, emptySums, type ExpertSums } from './expertSums.ts'
import { newestStep, pieceSize } from './journal.ts'

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
 * Replaces what was known of the run's split; in pieces, all of which belong into one transaction.
 * @param scoring the word of the scoring, which what was kept of it beside the store has as well
 */
export function* savingEvaluation(db: Db, runId: number, evaluation: Evaluation, predictions: Iterable<StoredPrediction>, scoring?: string): Generator<void> {
  run(db, 'DELETE FROM evaluation WHERE run_id = ? AND split = ?', runId, evaluation.split)
  run(
    db,
    `INSERT INTO evaluation (run_id, split, images, top1, many, medium, few, experts, experts_used, images_per_second, routing, fast, scoring)
     VALUES (:runId, :split, :images, :top1, :many, :medium, :few, :experts, :expertsUsed, :imagesPerSecond, :routing,
       CASE WHEN :fast IS NOT NULL THEN json_set(:fast, '$.dial', json((SELECT dial FROM run WHERE id = :runId))) END, :scoring)`,
    { ...evaluation, ...storedFigures(evaluation), fast: stored(evaluation.fast), runId, scoring: scoring ?? null },
  )
  yield* replacingPredictions(db, runId, evaluation.split, predictions)
  yield* notingLabelStep(db, { runId, split: evaluation.split })
}

/** Of so many predictions, before which step their labels were changed first that are others by now. */
const firstChangeSql = `
  SELECT min((SELECT max(step_id) FROM label WHERE label.image_id = image.id)) AS step
  FROM prediction INDEXED BY prediction_by_image CROSS JOIN image ON image.id = prediction.image_id
  WHERE prediction.run_id = :runId AND prediction.split = :split AND prediction.image_id > :after AND prediction.image_id <= :upTo AND image.class_id IS NOT prediction.actual`

/**
 * The step of the journal that the predictions' classes are of: the newest one, or the one before the first that has
 * changed any of them since the images were frozen for the run.
 */
function* notingLabelStep(db: Db, scored: Scored): Generator<void> {
  let labelStep = newestStep(db)
  for (const images of stretches(db, scored)) {
    const first = row<{ step: number | null }>(db, firstChangeSql, { ...scored, ...images })?.step
    if (first != null) labelStep = Math.min(labelStep, first - 1)
    yield
  }
  run(db, 'UPDATE evaluation SET label_step = :labelStep WHERE run_id = :runId AND split = :split', { ...scored, labelStep })
}

/** The images of a scored split, some after the other, from after an id up to another. */
function* stretches(db: Db, scored: Scored): Generator<{ readonly after: number; readonly upTo: number }> {
  for (let after = 0; ; ) {
    const upTo = count(db, 'SELECT coalesce(max(image_id), 0) FROM (SELECT image_id FROM prediction WHERE run_id = :runId AND split = :split AND image_id > :after ORDER BY image_id LIMIT :pieceSize)', { ...scored, after, pieceSize })
    if (upTo === 0) return
    yield { after, upTo }
    after = upTo
  }
}

/**
 * The same images of the same scoring, answered otherwise: what was measured and the labels of then stay as they are. In
 * pieces, all of which belong into one transaction.
 */
export function* replacingAnswers(db: Db, runId: number, evaluation: Evaluation, predictions: Iterable<StoredPrediction>): Generator<void> {
  run(
    db,
    `UPDATE evaluation SET top1 = :top1, many = :many, medium = :medium, few = :few, experts = :experts, experts_used = :expertsUsed, routing = :routing
     WHERE run_id = :runId AND split = :split`,
    { ...evaluation, ...storedFigures(evaluation), runId },
  )
  yield* replacingPredictions(db, runId, evaluation.split, predictions)
}

function storedFigures({ experts, routing }: Evaluation): { readonly experts: string; readonly routing: string | null } {
  return { experts: JSON.stringify(experts), routing: stored(routing) }
}

function* replacingPredictions(db: Db, runId: number, split: Split, predictions: Iterable<StoredPrediction>): Generator<void> {
  for (const images of stretches(db, { runId, split })) {
    run(db, 'DELETE FROM prediction WHERE run_id = :runId AND split = :split AND image_id > :after AND image_id <= :upTo', { runId, split, ...images })
    yield
  }
  for (const table of ['confusion', 'cell_expert']) run(db, `DELETE FROM ${table} WHERE run_id = ? AND split = ?`, runId, split)
  let written = 0
  const sums = new Map<string, CellSums>()
  const insert = runner(
    db,
    `INSERT INTO prediction (run_id, split, image_id, actual, predicted, guesses, experts, experts_asked, answers, experts_right, confidence, pairs_apart)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  for (const { imageId, actual, predicted, guesses, experts, expertsAsked } of predictions) {
    const { answers, pairsApart, expertsRight } = agreementOf(experts, actual)
    insert(runId, split, imageId, actual, predicted, JSON.stringify(guesses), JSON.stringify(experts), expertsAsked, answers, expertsRight, guesses[0]?.[1] ?? 0, pairsApart)
    const cell = `${actual} ${predicted}`
    const known = sums.get(cell) ?? { actual, predicted, sums: emptySums() }
    sums.set(cell, known)
    addImage(known.sums, { predicted, experts, expertsAsked }, actual)
    if (++written % 100 === 0) yield
  }
  for (const cell of sums.values()) {
    saveCell(db, runId, split, cell)
    if (++written % 100 === 0) yield
  }
}

interface CellSums {
  readonly actual: number
  readonly predicted: number
  readonly sums: ExpertSums
}

function saveCell(db: Db, runId: number, split: Split, { actual, predicted, sums }: CellSums): void {
  run(
    db,
    'INSERT INTO confusion (run_id, split, actual, predicted, count, apart, pairs_apart, another_right, all_wrong) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    runId,
    split,
    actual,
    predicted,
    sums.images,
    sums.apart,
    sums.pairsApart,
    sums.anotherRight,
    sums.allWrong,
  )
  for (const [expert, right] of sums.expertRight.entries()) {
    run(db, 'INSERT INTO cell_expert (run_id, split, actual, predicted, expert, right_images, last_asked) VALUES (?, ?, ?, ?, ?, ?, ?)', runId, split, actual, predicted, expert, right, sums.lastAsked[expert]!)
  }
}

// A narrower number type was compared with the answers of then: under another adjustment its figures say nothing.
const evaluationSql = `
  SELECT split, images, top1, many, medium, few, experts, experts_used AS expertsUsed, images_per_second AS imagesPerSecond, routing,
    CASE WHEN json_extract(fast, '$.dial') IS (SELECT dial FROM run WHERE run.id = run_id) THEN json_remove(fast, '$.dial') END AS fast
  FROM evaluation WHERE run_id = ? AND split = ?`

export function evaluationOf(db: Db, runId: number, split: Split): Evaluation | undefined {
  const found = row<Omit<Evaluation, 'experts' | 'routing' | 'fast'> & { readonly experts: string; readonly routing: string | null; readonly fast: string | null }>(
    db,
    evaluationSql,
    runId,
    split,
  )
  return (
    found && {
      ...found,
      experts: JSON.parse(found.experts) as Evaluation['experts'],
      routing: found.routing === null ? null : (JSON.parse(found.routing) as Evaluation['routing']),
      fast: found.fast === null ? null : (JSON.parse(found.fast) as Evaluation['fast']),
    }
  )
}

/** The word of the scoring that the figures come from; undefined of one from before there were any. */
export function scoringOf(db: Db, runId: number, split: Split): string | undefined {
  const found = row<{ readonly scoring: string | null }>(db, 'SELECT scoring FROM evaluation WHERE run_id = ? AND split = ?', runId, split)
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

export const labelsThenAndNowSql = `
  SELECT prediction.actual, image.class_id AS classId
  FROM json_each(:imageIds) AS wanted
    CROSS JOIN prediction ON prediction.run_id = :runId AND prediction.split = :split AND prediction.image_id = wanted.value
    CROSS JOIN image ON image.id = wanted.value`

/** Of scored images, in their order: the class that each had when the run was scored, and its class of now. */
export function labelsThenAndNow(db: Db, runId: number, split: Split, imageIds: readonly number[]): { readonly actual: number; readonly classId: number | null }[] {
  return rows(db, labelsThenAndNowSql, { runId, split, imageIds: JSON.stringify(imageIds) })
}

/** The splits that the run was scored on. */
export function scoredSplits(db: Db, runId: number): Split[] {
  const found = new Set(rows<{ readonly split: Split }>(db, 'SELECT split FROM evaluation WHERE run_id = ?', runId).map(({ split }) => split))
  return splits.filter((split) => found.has(split))
}

/** The newest run that was scored, on its validation images if there are any. */
export function lastScored(db: Db): { readonly runId: number; readonly split: Split } | undefined {
  return row(db, "SELECT run_id AS runId, split FROM evaluation JOIN run ON run.id = run_id AND deleted = 0 ORDER BY run_id DESC, split = 'val' DESC LIMIT 1")
}

/** The confusions of a scored split: as they were measured, and what labels of later steps have moved since. */
import type { Split } from '../../shared/contract/common.ts'
import { rows, type Db } from './db.ts'
import { answeredByOfRun } from './mergedClasses.ts'

export interface Scored {
  readonly runId: number
  readonly split: Split
}

/** By class ids. */
interface Columns {
  readonly actual: number[]
  readonly predicted: number[]
  readonly count: number[]
}

// A row of the answer for each true class: a row for each cell would take three times as long to read.
export const cellsSql = `
  SELECT actual, json_group_array(predicted) AS predicted, json_group_array(count) AS count
  FROM confusion WHERE run_id = :runId AND split = :split GROUP BY actual ORDER BY actual`

/** As they were measured, in order of the true class. */
export function cells(db: Db, scored: Scored): Columns {
  const columns: Columns = { actual: [], predicted: [], count: [] }
  for (const { actual, predicted, count } of rows<{ actual: number; predicted: string; count: string }>(db, cellsSql, scored)) {
    const taken = JSON.parse(predicted) as number[]
    columns.actual.push(...new Array<number>(taken.length).fill(actual))
    columns.predicted.push(...taken)
    columns.count.push(...(JSON.parse(count) as number[]))
  }
  return columns
}

/**
 * Images that may have another label than when the split was scored: those of later steps alone, however many were
 * scored. An import labels what was not there before, so nothing that could have been scored.
 */
export const touched = `touched AS MATERIALIZED (
  SELECT DISTINCT image_id FROM label WHERE step_id IN (
    SELECT id FROM label_step WHERE kind <> 'import' AND id > (SELECT label_step FROM evaluation WHERE run_id = :runId AND split = :split)))`

/** To be joined with: what was scored of the touched images and has another label by now. */
export const movedPredictions = `touched CROSS JOIN prediction ON prediction.run_id = :runId AND prediction.split = :split AND prediction.image_id = touched.image_id
  CROSS JOIN image ON image.id = prediction.image_id AND image.class_id IS NOT prediction.actual`

export const movedSql = `
  WITH ${touched}
  SELECT prediction.actual, prediction.predicted, image.class_id AS now, count(*) AS count FROM ${movedPredictions} GROUP BY 1, 2, 3`

export interface Moved extends Columns {
  /** The class by now; null where the label was taken away. */
  readonly now: (number | null)[]
  readonly merged: { readonly classId: number; readonly intoId: number }[]
}

export function moved(db: Db, scored: Scored): Moved {
  const found = rows<{ actual: number; predicted: number; now: number | null; count: number }>(db, movedSql, scored)
  return { actual: found.map((one) => one.actual), predicted: found.map((one) => one.predicted), now: found.map((one) => one.now), count: found.map((one) => one.count), merged: mergesOf(db, scored.runId) }
}

/** Classes of the run that were merged into another of it. */
export function mergesOf(db: Db, runId: number): Moved['merged'] {
  return [...answeredByOfRun(db, runId)].map(([classId, intoId]) => ({ classId, intoId }))
}

/** What two runs answered to the same images of a split. */
import type { Split } from '../../shared/contract/common.ts'
import { row, rows, tuples, type Db } from './db.ts'
import { versionSql } from './imageVersions.ts'

export interface Pair {
  readonly before: number
  readonly after: number
  readonly split: Split
}

/**
 * Along the keys of both, out of an index that holds nothing else: the guesses beside would make it many times as long.
 * SQLite walks to the end of an index for the second half of a BETWEEN, and not for a comparison of its own.
 */
export const comparedSql = `
  SELECT one.image_id, one.actual, one.predicted, other.predicted
  FROM prediction AS one INDEXED BY prediction_by_image
    CROSS JOIN prediction AS other INDEXED BY prediction_by_image ON other.run_id = :after AND other.split = :split AND other.image_id = one.image_id
  WHERE one.run_id = :before AND one.split = :split AND one.image_id >= :first AND one.image_id <= :last
  ORDER BY one.image_id`

export type ComparedRow = readonly [imageId: number, actual: number, before: number, after: number]

/** Images with ids from `first` to `last` that both runs were scored on, by rising ids. */
export function comparedImages(db: Db, pair: Pair, first: number, last: number): ComparedRow[] {
  return tuples<ComparedRow>(db, comparedSql, { ...pair, first, last })
}

/** The least and the largest id of an image that the first run was scored on; where there is none, the least is above. */
export function scoredIds(db: Db, { before, split }: Pair): { readonly first: number; readonly last: number } {
  return row<{ first: number; last: number }>(
    db,
    `SELECT coalesce((SELECT min(image_id) FROM prediction WHERE run_id = :before AND split = :split), 1) AS first,
       coalesce((SELECT max(image_id) FROM prediction WHERE run_id = :before AND split = :split), 0) AS last`,
    { before, split },
  )!
}

export const relabelledSql = `
  WITH touched AS MATERIALIZED (SELECT DISTINCT image_id FROM label WHERE step_id IN (
    SELECT id FROM label_step WHERE kind <> 'import' AND id > (SELECT min(label_step) FROM evaluation WHERE run_id IN (:before, :after) AND split = :split)))
  SELECT prediction.image_id AS imageId, image.class_id AS classId
  FROM touched CROSS JOIN prediction INDEXED BY prediction_by_image ON prediction.run_id = :before AND prediction.split = :split AND prediction.image_id = touched.image_id
    CROSS JOIN image ON image.id = prediction.image_id`

/** By image, the class of now of those that a step of a person touched since either run was scored; null where it has none. */
export function labelsSince(db: Db, pair: Pair): Map<number, number | null> {
  return new Map(rows<{ imageId: number; classId: number | null }>(db, relabelledSql, pair).map(({ imageId, classId }) => [imageId, classId]))
}

export interface BothAnswers {
  readonly imageId: number
  readonly version: string
  readonly path: string
  readonly classId: number
  readonly before: number
  readonly after: number
  /** Of the run's own first guess. */
  readonly beforeProbability: number
  readonly afterProbability: number
}

export const bothAnswersSql = `
  SELECT image.id AS imageId, ${versionSql} AS version, image.path, image.class_id AS classId, one.predicted AS before, other.predicted AS after,
    json_extract(one.guesses, '$[0][1]') AS beforeProbability, json_extract(other.guesses, '$[0][1]') AS afterProbability
  FROM json_each(:imageIds) AS wanted
    CROSS JOIN image ON image.id = wanted.value
    CROSS JOIN prediction AS one ON one.run_id = :before AND one.split = :split AND one.image_id = image.id
    CROSS JOIN prediction AS other ON other.run_id = :after AND other.split = :split AND other.image_id = image.id
  WHERE image.class_id IS NOT NULL
  ORDER BY wanted.key`

/** In the order of the ids. */
export function bothAnswers(db: Db, pair: Pair, imageIds: readonly number[]): BothAnswers[] {
  return rows<BothAnswers>(db, bothAnswersSql, { ...pair, imageIds: JSON.stringify(imageIds) })
}

/** The names of all classes that anything names, removed ones among them. */
export function classNames(db: Db): Map<number, string> {
  return new Map(rows<{ id: number; name: string }>(db, 'SELECT id, name FROM class').map(({ id, name }) => [id, name]))
}

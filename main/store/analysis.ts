/** What the analysis compares: the answers to each image, and whether runs had the same images to learn from. */
import { count, rows, type Db } from './db.ts'
import type { StoredGuess } from './evaluations.ts'
import type { Scored } from './confusions.ts'

/** Class ids. */
export interface AnsweredImage {
  readonly imageId: number
  readonly actual: number
  /** What the run as a whole answered. */
  readonly predicted: number
  /** What each expert alone answered. */
  readonly experts: readonly number[]
}

export const answeredSql = `
  SELECT image_id AS imageId, actual, predicted, experts FROM prediction WHERE run_id = :runId AND split = :split ORDER BY image_id`

/** Every image that the run was scored on, by id. */
export function answeredImages(db: Db, scored: Scored): AnsweredImage[] {
  const found = rows<Omit<AnsweredImage, 'experts'> & { readonly experts: string }>(db, answeredSql, scored)
  return found.map(({ experts, ...image }) => Object.assign(image, { experts: (JSON.parse(experts) as StoredGuess[]).map(([classId]) => classId) }))
}

const routersSql = `
  SELECT run.id FROM run JOIN evaluation ON evaluation.run_id = run.id AND evaluation.split = :split
  WHERE json_extract(run.config, '$.stage') = 'router' AND json_extract(run.config, '$.baseRun') = :runId
  ORDER BY run.id`

/** Scored routers that were trained on the run. */
export function scoredRouters(db: Db, scored: Scored): number[] {
  return rows<{ readonly id: number }>(db, routersSql, scored).map(({ id }) => id)
}

export const trainDifferenceSql = `
  SELECT count(*) FROM run_image AS mine WHERE mine.run_id = :runId AND mine.split = 'train' AND NOT EXISTS (
    SELECT 1 FROM run_image AS other
    WHERE other.run_id = :otherId AND other.split = 'train' AND other.image_id = mine.image_id AND other.position = mine.position)`

/** Training images of the one run that the other did not have, or had with another label. */
export function trainDifference(db: Db, runId: number, otherId: number): number {
  return count(db, trainDifferenceSql, { runId, otherId })
}

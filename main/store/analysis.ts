/** What the analysis compares: the answers to each image, and whether runs had the same images to learn from. */
import { count, rows, type Db } from './db.ts'
import type { StoredGuess } from './evaluations.ts'
import type { Scored } from './confusions.ts'

/** What a run answered on a split: classes by their ids, in columns that go by rising ids of the images. */
export interface Answered {
  readonly images: Uint32Array
  readonly actual: Uint32Array
  /** What the run as a whole answered. */
  readonly predicted: Uint32Array
  /** What each expert alone answered: [expert][image]. */
  readonly experts: readonly Uint32Array[]
}

const pageSize = 5_000

export const answeredPageSql = `
  SELECT image_id AS imageId, actual, predicted, experts FROM prediction WHERE run_id = :runId AND split = :split AND image_id > :after ORDER BY image_id LIMIT :limit`

interface AnsweredRow {
  readonly imageId: number
  readonly actual: number
  readonly predicted: number
  readonly experts: string
}

/** Page by page. */
export function* answeredImages(db: Db, scored: Scored): Generator<void, Answered> {
  const columns: { readonly images: number[]; readonly actual: number[]; readonly predicted: number[]; readonly experts: number[][] } = { images: [], actual: [], predicted: [], experts: [] }
  for (let after = 0; ; ) {
    const page = rows<AnsweredRow>(db, answeredPageSql, { ...scored, after, limit: pageSize })
    for (const { imageId, actual, predicted, experts } of page) {
      columns.images.push(imageId)
      columns.actual.push(actual)
      columns.predicted.push(predicted)
      for (const [expert, [classId]] of (JSON.parse(experts) as StoredGuess[]).entries()) (columns.experts[expert] ??= []).push(classId)
    }
    if (page.length < pageSize) break
    after = page.at(-1)!.imageId
    yield
  }
  return {
    images: Uint32Array.from(columns.images),
    actual: Uint32Array.from(columns.actual),
    predicted: Uint32Array.from(columns.predicted),
    experts: columns.experts.map((given) => Uint32Array.from(given)),
  }
}

const routersSql = `
  SELECT run.id FROM run JOIN evaluation ON evaluation.run_id = run.id AND evaluation.split = :split
  WHERE run.deleted = 0 AND json_extract(run.config, '$.stage') = 'router' AND json_extract(run.config, '$.baseRun') = :runId
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

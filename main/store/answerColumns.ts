/** What a run answered to the images of a split, in columns by image id: read once, page by page from one index alone. */
import type { Scored } from './confusions.ts'
import { rows, tuples, type Db } from './db.ts'
import { answeredByOfRun, countsAs, mergedParameters, mergedTable } from './mergedClasses.ts'

export interface AnswerColumns {
  /** The class that each was taken for; 0 where the run was not scored on it. */
  readonly predicted: Int32Array
  /** Whether, as labelled when it was scored, an expert had it right; and whether all experts agreed. */
  readonly anExpertRight: Uint8Array
  readonly agreed: Uint8Array
}

const pageSize = 5_000

export const answersPageSql = `
  SELECT image_id, predicted, experts_right > 0, answers = 1 FROM prediction INDEXED BY prediction_by_image
  WHERE run_id = :runId AND split = :split AND image_id > :after ORDER BY image_id LIMIT :limit`

/** @param size one more than the largest image id */
export function* readAnswerColumns(db: Db, scored: Scored, size: number): Generator<void, AnswerColumns> {
  const columns = { predicted: new Int32Array(size), anExpertRight: new Uint8Array(size), agreed: new Uint8Array(size) }
  for (let after = 0; ; ) {
    const page = tuples<[imageId: number, predicted: number, anExpertRight: 0 | 1, agreed: 0 | 1]>(db, answersPageSql, { ...scored, after, limit: pageSize })
    for (const [imageId, predicted, anExpertRight, agreed] of page) {
      columns.predicted[imageId] = predicted
      columns.anExpertRight[imageId] = anExpertRight
      columns.agreed[imageId] = agreed
    }
    if (page.length < pageSize) return columns
    after = page.at(-1)![0]
    yield
  }
}

/** An import labels nothing that was scored before it. What was scored of classes that answer for others has more right answers than it had. */
export const expertsOfRelabelledSql = `
  WITH ${mergedTable}, relabelled AS MATERIALIZED (
    SELECT DISTINCT image_id FROM label_step CROSS JOIN label ON step_id = label_step.id
    WHERE label_step.id > (SELECT label_step FROM evaluation WHERE run_id = :runId AND split = :split) AND kind <> 'import'
    UNION SELECT image_id FROM prediction INDEXED BY prediction_by_cell WHERE run_id = :runId AND split = :split AND actual IN (SELECT value FROM json_each(:answering)))
  SELECT relabelled.image_id AS imageId, EXISTS (SELECT 1 FROM json_each(experts) WHERE ${countsAs("json_extract(value, '$[0]')")} = image.class_id) AS anExpertRight
  FROM relabelled CROSS JOIN prediction ON run_id = :runId AND prediction.split = :split AND prediction.image_id = relabelled.image_id
    CROSS JOIN image ON image.id = relabelled.image_id`

/** Of images that were relabelled since they were scored, whether an expert has them right by now. */
export function expertsOfRelabelled(db: Db, scored: Scored): Map<number, boolean> {
  return new Map(rows<{ imageId: number; anExpertRight: 0 | 1 }>(db, expertsOfRelabelledSql, { ...scored, ...mergedParameters(answeredByOfRun(db, scored.runId)) }).map(({ imageId, anExpertRight }) => [imageId, anExpertRight === 1]))
}

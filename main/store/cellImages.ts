/** The images behind cells of a confusion matrix, with everything that was answered to them. */
import { movedPredictions, touched, type Scored } from './confusions.ts'
import { count, rows, type Db } from './db.ts'
import type { StoredGuess, StoredPrediction } from './evaluations.ts'
import { versionSql } from './imageVersions.ts'
import { answeredByOfRun, answersThatCount } from './mergedClasses.ts'

export interface CellImage extends StoredPrediction {
  readonly version: string
  readonly path: string
  /** The class by now; null where the label was taken away. */
  readonly classId: number | null
}

/** Class ids: of these true classes, what was taken for those; for any where they are left out. */
export interface OfCells {
  readonly actual: readonly number[]
  readonly predicted?: readonly number[] | undefined
}

export interface ImagePage {
  readonly limit: number
  readonly offset: number
}

const among = (column: string, name: string): string => `${column} IN (SELECT value FROM json_each(:${name}))`

// Without being told, SQLite reads the whole split in image order instead.
const measuredIds = (ofPredicted: boolean): string => `
  SELECT prediction.image_id AS imageId FROM prediction INDEXED BY prediction_by_cell
  WHERE prediction.run_id = :runId AND prediction.split = :split AND ${among('prediction.actual', 'actual')} ${ofPredicted ? `AND ${among('prediction.predicted', 'predicted')}` : ''}`

export const measuredIdsSql = (ofPredicted: boolean): string => `${measuredIds(ofPredicted)} LIMIT :limit OFFSET :offset`

const movedHere = (ofPredicted: boolean): string => `
  FROM ${movedPredictions} WHERE ${among('image.class_id', 'actual')} ${ofPredicted ? `AND ${among('prediction.predicted', 'predicted')}` : ''}`

const movedAway = (ofPredicted: boolean): string => `
  FROM ${movedPredictions} WHERE ${among('prediction.actual', 'actual')} ${ofPredicted ? `AND ${among('prediction.predicted', 'predicted')}` : ''}`

/** What came into the cells since they were measured stands last. */
export const idsNowSql = (ofPredicted: boolean): string => `
  WITH ${touched}, away AS MATERIALIZED (SELECT prediction.image_id ${movedAway(ofPredicted)})
  ${measuredIds(ofPredicted)} AND prediction.image_id NOT IN away
  UNION ALL SELECT prediction.image_id ${movedHere(ofPredicted)}
  LIMIT :limit OFFSET :offset`

const measuredCountSql = (ofPredicted: boolean): string => `
  SELECT coalesce(sum(count), 0) FROM confusion WHERE run_id = :runId AND split = :split AND ${among('actual', 'actual')} ${ofPredicted ? `AND ${among('predicted', 'predicted')}` : ''}`

const movedCountSql = (ofPredicted: boolean): string => `
  WITH ${touched} SELECT (SELECT count(*) ${movedHere(ofPredicted)}) - (SELECT count(*) ${movedAway(ofPredicted)})`

/** A page of the images of cells, by the labels that they were measured with or by those of now. */
export function cellImages(db: Db, scored: Scored, { actual, predicted: asked }: OfCells, labels: 'now' | 'measured', page: ImagePage): { readonly total: number; readonly images: CellImage[] } {
  const predicted = asked && labels === 'now' ? answersThatCount(answeredByOfRun(db, scored.runId), asked) : asked
  const ofPredicted = predicted !== undefined
  const of = { ...scored, actual: JSON.stringify(actual), ...(ofPredicted && { predicted: JSON.stringify(predicted) }) }
  const isNow = labels === 'now'
  const ids = rows<{ imageId: number }>(db, isNow ? idsNowSql(ofPredicted) : measuredIdsSql(ofPredicted), { ...of, ...page })
  const total = count(db, measuredCountSql(ofPredicted), of) + (isNow ? count(db, movedCountSql(ofPredicted), of) : 0)
  return { total, images: imagesOf(db, scored, ids.map(({ imageId }) => imageId)) }
}

export const imagesSql = `
  SELECT prediction.image_id AS imageId, ${versionSql} AS version, image.path, image.class_id AS classId, prediction.actual, prediction.predicted, prediction.guesses,
    prediction.experts, prediction.experts_asked AS expertsAsked
  FROM json_each(:imageIds) AS wanted
    CROSS JOIN prediction ON prediction.run_id = :runId AND prediction.split = :split AND prediction.image_id = wanted.value
    CROSS JOIN image ON image.id = prediction.image_id`

/** What was answered to these images, in their order; those that were not scored are left out. */
export function imagesOf(db: Db, scored: Scored, imageIds: readonly number[]): CellImage[] {
  const found = rows<Omit<CellImage, 'guesses' | 'experts'> & { readonly guesses: string; readonly experts: string }>(db, imagesSql, { ...scored, imageIds: JSON.stringify(imageIds) })
  return found.map(({ guesses, experts, ...image }) => Object.assign(image, { guesses: JSON.parse(guesses) as StoredGuess[], experts: JSON.parse(experts) as StoredGuess[] }))
}

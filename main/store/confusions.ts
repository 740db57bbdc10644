/** Reading the confusions of a scored split: cells, and the images behind a cell. */
import type { Split } from '../../shared/contract/common.ts'
import { rarestFirst, type Mistake } from '../../shared/tail.ts'
import { row, rows, type Db } from './db.ts'
import type { StoredGuess, StoredPrediction } from './evaluations.ts'

export interface Scored {
  readonly runId: number
  readonly split: Split
}

/** Class ids. */
export interface Cell {
  readonly actual: number
  readonly predicted: number
  readonly count: number
}

export const cellsSql = `
  SELECT actual, predicted, count FROM confusion WHERE run_id = :runId AND split = :split ORDER BY actual, predicted`

export function cells(db: Db, scored: Scored): Cell[] {
  return rows<Cell>(db, cellsSql, scored)
}

/** `train`: training images of the true class when the run started. */
export interface ErrorCell extends Cell, Mistake {
  /** Images of the true class on the split. */
  readonly support: number
}

export const errorCellsSql = (ofClass: boolean): string => `
  SELECT confusion.actual, confusion.predicted, confusion.count, run_class.train, truth.name AS actualName, taken.name AS predictedName,
    (SELECT sum(count) FROM confusion AS all_of WHERE all_of.run_id = :runId AND all_of.split = :split AND all_of.actual = confusion.actual) AS support
  FROM confusion
    JOIN run_class ON run_class.run_id = confusion.run_id AND run_class.class_id = confusion.actual
    JOIN class AS truth ON truth.id = confusion.actual
    JOIN class AS taken ON taken.id = confusion.predicted
  WHERE confusion.run_id = :runId AND confusion.split = :split AND confusion.actual <> confusion.predicted ${ofClass ? 'AND confusion.actual = :classId' : ''}`

/** Errors only, in the order that every view lists them in. */
export function errorCells(db: Db, scored: Scored, { classId, top }: { classId?: number | undefined; top?: number | undefined }): ErrorCell[] {
  return rows<ErrorCell>(db, errorCellsSql(classId !== undefined), { ...scored, ...(classId === undefined ? {} : { classId }) })
    .sort(rarestFirst)
    .slice(0, top)
}

export interface CellImage extends StoredPrediction {
  readonly path: string
  /** The class by now; null where the label was taken away. */
  readonly classId: number | null
}

// Without being told, SQLite reads the whole split in image order instead, to spare itself the short walk to the next page.
export const cellImagesSql = (ofCell: boolean): string => `
  SELECT prediction.image_id AS imageId, image.path, image.class_id AS classId, prediction.actual, prediction.predicted, prediction.guesses,
    prediction.experts, prediction.experts_asked AS expertsAsked
  FROM prediction INDEXED BY prediction_by_cell JOIN image ON image.id = prediction.image_id
  WHERE prediction.run_id = :runId AND prediction.split = :split AND prediction.actual = :actual ${ofCell ? 'AND prediction.predicted = :predicted' : ''}
  ORDER BY prediction.predicted, prediction.image_id
  LIMIT :limit OFFSET :offset`

/** A page of the images of a cell; without `predicted`, of the whole true class. */
export function cellImages(
  db: Db,
  scored: Scored,
  { actual, predicted, limit, offset }: { actual: number; predicted?: number | undefined; limit: number; offset: number },
): { readonly total: number; readonly images: CellImage[] } {
  const cell = { ...scored, actual, ...(predicted === undefined ? {} : { predicted }) }
  const { total } = row<{ readonly total: number }>(
    db,
    `SELECT coalesce(sum(count), 0) AS total FROM confusion
     WHERE run_id = :runId AND split = :split AND actual = :actual ${predicted === undefined ? '' : 'AND predicted = :predicted'}`,
    cell,
  )!
  const found = rows<Omit<CellImage, 'guesses' | 'experts'> & { readonly guesses: string; readonly experts: string }>(db, cellImagesSql(predicted !== undefined), { ...cell, limit, offset })
  const images = found.map(({ guesses, experts, ...image }) =>
    Object.assign(image, { guesses: JSON.parse(guesses) as StoredGuess[], experts: JSON.parse(experts) as StoredGuess[] }),
  )
  return { total, images }
}

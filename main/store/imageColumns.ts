/**
 * What most lists of images are told apart by, in columns by image id: read once, page by page from one index alone, and
 * from then on kept up to date by what steps of the journal changed. 6 bytes an image.
 */
import { splits, type Split } from '../../shared/contract/common.ts'
import { column, count, rows, type Db } from './db.ts'
import { newestStep } from './journal.ts'

export interface ImageColumns {
  /** Class ids; 0 without a label. */
  readonly classes: Int32Array
  /** By `splitNumber`; 0 where no image has the id. */
  readonly splits: Uint8Array
  /** 1 where the file was gone at the last import of its folder. */
  readonly missing: Uint8Array
  /** The newest step of the journal that they know of. */
  step: number
  /** The newest of those that changed a split. */
  splitStep: number
}

const pageSize = 5_000

export const splitNumber = (split: Split): number => splits.indexOf(split) + 1

export const placedPageSql = 'SELECT id FROM image WHERE class_id IS ? AND split = ? AND missing = ? AND id > ? ORDER BY id LIMIT ?'

/** What is written while they are read may be missing in them: a label or a split comes with a step that they do not know yet. */
export function* readImageColumns(db: Db): Generator<void, ImageColumns> {
  const step = newestStep(db)
  const size = largestImage(db) + 1
  const columns: ImageColumns = { classes: new Int32Array(size), splits: new Uint8Array(size), missing: new Uint8Array(size), step, splitStep: newestSplitStep(db) }
  for (const classId of [null, ...column<number>(db, 'SELECT id FROM class')]) {
    for (const split of splits) for (const missing of [0, 1] as const) yield* readPlaced(db, columns, classId, split, missing)
    yield
  }
  return columns
}

/** Images of one class and split, those that are there or those whose files are gone. */
function* readPlaced(db: Db, columns: ImageColumns, classId: number | null, split: Split, missing: 0 | 1): Generator<void> {
  const number = splitNumber(split)
  for (let after = 0; ; ) {
    const page = column<number>(db, placedPageSql, classId, split, missing, after, pageSize)
    for (const id of page) {
      columns.classes[id] = classId ?? 0
      columns.splits[id] = number
      columns.missing[id] = missing
    }
    if (page.length < pageSize) return
    after = page.at(-1)!
    yield
  }
}

interface Changed {
  readonly id: number
  readonly classId: number | null
  readonly split: Split
}

export const changedPageSql = (table: 'label' | 'split_change'): string => `
  SELECT image.id, class_id AS classId, split FROM ${table} CROSS JOIN image ON image.id = image_id
  WHERE step_id = ? AND image_id > ? ORDER BY image_id LIMIT ?`

/** Takes over what later steps changed. An import labels new images alone, of which is told otherwise. */
export function* catchUp(db: Db, columns: ImageColumns): Generator<void> {
  for (let newest = newestStep(db); columns.step < newest; newest = newestStep(db)) {
    const steps = column<number>(db, "SELECT id FROM label_step WHERE id > ? AND kind <> 'import' ORDER BY id", columns.step)
    for (const step of steps) for (const table of ['label', 'split_change'] as const) yield* takeChanged(db, columns, table, step)
    columns.splitStep = newestSplitStep(db)
    columns.step = newest
  }
}

function* takeChanged(db: Db, columns: ImageColumns, table: 'label' | 'split_change', step: number): Generator<void> {
  for (let after = 0; ; ) {
    const page = rows<Changed>(db, changedPageSql(table), step, after, pageSize)
    for (const { id, classId, split } of page) {
      columns.classes[id] = classId ?? 0
      columns.splits[id] = splitNumber(split)
    }
    if (page.length < pageSize) return
    after = page.at(-1)!.id
    yield
  }
}

export const largestImage = (db: Db): number => count(db, 'SELECT coalesce(max(id), 0) FROM image')
const newestSplitStep = (db: Db): number => count(db, 'SELECT coalesce(max(step_id), 0) FROM split_change')

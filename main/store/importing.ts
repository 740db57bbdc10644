/** What an import writes: images as they are found, the split, what vanished. */
import type { Split } from '../../shared/contract/common.ts'
import { count, inTransaction, row, rows, run, type Db } from './db.ts'
import { recordImported } from './labels.ts'

/** An image as its source folder has it. */
export interface KnownImage {
  readonly id: number
  readonly bytes: number
  readonly modifiedMs: number
  readonly contentHash: Uint8Array
  readonly missing: 0 | 1
}

export interface FoundImage {
  readonly path: string
  readonly contentHash: Uint8Array
  readonly bytes: number
  readonly modifiedMs: number
  readonly format: string
  readonly width: number
  readonly height: number
}

export interface NewImage extends FoundImage {
  readonly sourceId: number
  readonly classId: number
  readonly split: Split
  readonly splitFrom: 'folder' | 'person' | 'pending'
}

interface PendingImage {
  readonly id: number
  readonly contentHash: Uint8Array
  /** Where an image of the same bytes is already. */
  readonly twin: Split | null
}

export function knownImage(db: Db, sourceId: number, path: string): KnownImage | undefined {
  return row<KnownImage>(
    db,
    'SELECT id, bytes, modified_ms AS modifiedMs, content_hash AS contentHash, missing FROM image WHERE source_id = ? AND path = ?',
    sourceId,
    path,
  )
}

/** Answers the image's id, and whether older images have the same bytes. */
export function insertImage(db: Db, stepId: number, image: NewImage, now: number): { readonly id: number; readonly isDuplicate: boolean } {
  const original = row<{ id: number }>(db, 'SELECT min(id) AS id FROM image WHERE content_hash = ? HAVING id IS NOT NULL', image.contentHash)
  const { lastInsertRowid } = run(
    db,
    `INSERT INTO image (source_id, path, content_hash, bytes, modified_ms, format, width, height, class_id, split, split_from, duplicate_of, added_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    image.sourceId,
    image.path,
    image.contentHash,
    image.bytes,
    image.modifiedMs,
    image.format,
    image.width,
    image.height,
    image.classId,
    image.split,
    image.splitFrom,
    original?.id ?? null,
    now,
  )
  const id = Number(lastInsertRowid)
  recordImported(db, stepId, id, image.classId)
  return { id, isDuplicate: original !== undefined }
}

/** Writes what the file is now; its class and split stay as they are. */
export function updateImage(db: Db, known: KnownImage, found: FoundImage): void {
  inTransaction(db, () => {
    run(
      db,
      'UPDATE image SET content_hash = ?, bytes = ?, modified_ms = ?, format = ?, width = ?, height = ?, missing = 0 WHERE id = ?',
      found.contentHash,
      found.bytes,
      found.modifiedMs,
      found.format,
      found.width,
      found.height,
      known.id,
    )
    noteDuplicates(db, known.contentHash)
    noteDuplicates(db, found.contentHash)
  })
}

export function markPresent(db: Db, imageId: number): void {
  run(db, 'UPDATE image SET missing = 0 WHERE id = ?', imageId)
}

/** Marks the source's images that were not seen; answers how many are newly gone. */
export function markMissing(db: Db, sourceId: number, seen: ReadonlySet<number>): number {
  return inTransaction(db, () => {
    const present = rows<{ id: number }>(db, 'SELECT id FROM image WHERE source_id = ? AND missing = 0', sourceId)
    const gone = present.filter(({ id }) => !seen.has(id))
    for (const { id } of gone) run(db, 'UPDATE image SET missing = 1 WHERE id = ?', id)
    return gone.length
  })
}

/** How many images have no split of their own yet: they stand among the training images until they are split. */
export function pendingImages(db: Db): number {
  return count(db, "SELECT count(*) FROM image WHERE split_from = 'pending' AND class_id IS NOT NULL")
}

export function classesToSplit(db: Db): number[] {
  return rows<{ classId: number }>(db, "SELECT DISTINCT class_id AS classId FROM image WHERE split_from = 'pending' AND class_id IS NOT NULL ORDER BY class_id").map(({ classId }) => classId)
}

/**
 * The class's images that have no split yet. Twins count whatever their class: bytes that were trained on measure
 * nothing under another label either.
 */
export function imagesToSplit(db: Db, classId: number): PendingImage[] {
  // Of several splits, min() takes test before train before val: what is tested on is never trained on.
  return rows<PendingImage>(
    db,
    `SELECT id, content_hash AS contentHash,
      (SELECT min(split) FROM image AS twin WHERE twin.content_hash = image.content_hash AND split_from <> 'pending') AS twin
      FROM image WHERE split_from = 'pending' AND class_id = ? ORDER BY id`,
    classId,
  )
}

/** The class's present images that have their split already. */
export function settledCounts(db: Db, classId: number): { readonly train: number; readonly val: number } {
  const settled = (split: Split): number => count(db, "SELECT count(*) FROM image WHERE class_id = ? AND split = ? AND missing = 0 AND split_from <> 'pending'", classId, split)
  return { train: settled('train'), val: settled('val') }
}

export function settleSplit(db: Db, imageId: number, split: Split): void {
  run(db, "UPDATE image SET split = ?, split_from = 'splitter' WHERE id = ?", split, imageId)
}

/** The oldest image of these bytes is the original, all others its duplicates. */
function noteDuplicates(db: Db, contentHash: Uint8Array): void {
  run(
    db,
    `UPDATE image SET duplicate_of = nullif((SELECT min(id) FROM image AS original WHERE original.content_hash = image.content_hash), id)
      WHERE content_hash = ?`,
    contentHash,
  )
}

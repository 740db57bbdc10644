/** What an import writes: images as they are found, the split, what vanished. */
import type { Split } from '../../shared/contract/common.ts'
import { count, inTransaction, row, rows, run, type Db } from './db.ts'
import { recordImported } from './journal.ts'
import { imagesOfSource } from './sources.ts'

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
  readonly takenAt: number | null
  readonly camera: string | null
  readonly look: Uint8Array
  readonly tone: Uint8Array
}

export interface NewImage extends FoundImage {
  readonly sourceId: number
  /** Null of an image that came without a label. */
  readonly classId: number | null
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
    `INSERT INTO image (source_id, path, content_hash, bytes, modified_ms, format, width, height, class_id, split, split_from, duplicate_of, added_at,
      taken_at, camera, look, tone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
    image.takenAt,
    image.camera,
    image.look,
    image.tone,
  )
  const id = Number(lastInsertRowid)
  if (image.classId !== null) recordImported(db, stepId, id, image.classId)
  return { id, isDuplicate: original !== undefined }
}

/** Writes what the file is now; its class and split stay as they are. */
export function updateImage(db: Db, known: KnownImage, found: FoundImage): void {
  inTransaction(db, () => {
    run(
      db,
      'UPDATE image SET content_hash = ?, bytes = ?, modified_ms = ?, format = ?, width = ?, height = ?, taken_at = ?, camera = ?, look = ?, tone = ?, missing = 0 WHERE id = ?',
      found.contentHash,
      found.bytes,
      found.modifiedMs,
      found.format,
      found.width,
      found.height,
      found.takenAt,
      found.camera,
      found.look,
      found.tone,
      known.id,
    )
    noteDuplicates(db, known.contentHash)
    noteDuplicates(db, found.contentHash)
  })
}

export function markPresent(db: Db, imageId: number): void {
  run(db, 'UPDATE image SET missing = 0 WHERE id = ?', imageId)
}

/** Marks the source's images that were not seen; answers how many are newly gone. In pieces, all of which belong into one transaction. */
export function* markingMissing(db: Db, sourceId: number, seen: ReadonlySet<number>): Generator<void, number> {
  let gone = 0
  for (let after = ''; ; ) {
    const page = imagesOfSource(db, sourceId, after, pageSize)
    for (const { imageId, missing } of page) {
      if (missing || seen.has(imageId)) continue
      run(db, 'UPDATE image SET missing = 1 WHERE id = ?', imageId)
      gone += 1
    }
    if (page.length < pageSize) return gone
    after = page.at(-1)!.path
    yield
  }
}

const pageSize = 1000

/** How many images have no split of their own yet: they stand among the training images until they are split. */
export function pendingImages(db: Db): number {
  return count(db, "SELECT count(*) FROM image WHERE split_from = 'pending' AND class_id IS NOT NULL")
}

/** Whether steps of the journal after this one labelled an image that has no split of its own yet. */
export function isAnyToSplit(db: Db, afterStep: number): boolean {
  return row(db, "SELECT 1 FROM label JOIN image ON image.id = image_id WHERE step_id > ? AND split_from = 'pending' AND class_id IS NOT NULL LIMIT 1", afterStep) !== undefined
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

import { Failure } from '../../shared/failure.ts'
import { rows, tuples, type Db } from './db.ts'

/** An image's file as its last import saw it. Where that is by now, `services/trueFile.ts` finds out. */
export interface ImageFile {
  readonly imageId: number
  /** The source folder, absolute. */
  readonly folder: string
  /** Relative to its source folder, with forward slashes. */
  readonly path: string
  /** SHA-256. */
  readonly contentHash: Uint8Array
  readonly bytes: number
  readonly modifiedMs: number
}

/** In the order of the ids. */
export function imageFiles(db: Db, ids: readonly number[]): ImageFile[] {
  return rows<ImageFile>(
    db,
    `SELECT image.id AS imageId, source.folder, image.path, image.content_hash AS contentHash, image.bytes, image.modified_ms AS modifiedMs
     FROM json_each(?) AS wanted JOIN image ON image.id = wanted.value JOIN source ON source.id = image.source_id ORDER BY wanted.key`,
    JSON.stringify(ids),
  )
}

export const hashesSql = 'SELECT id, content_hash FROM image WHERE content_hash >= ? AND content_hash < ?'
const afterEveryHash = Buffer.alloc(33, 255)

/** Images whose content hash begins with this byte: a 256th of all, in the order of hashes. */
export function imagesByHash(db: Db, firstByte: number): (readonly [imageId: number, contentHash: Uint8Array])[] {
  return tuples(db, hashesSql, Buffer.of(firstByte), firstByte < 255 ? Buffer.of(firstByte + 1) : afterEveryHash)
}

/** @throws Failure `not-found` */
export function imageFile(db: Db, imageId: number): ImageFile {
  const [found] = imageFiles(db, [imageId])
  if (!found) throw new Failure('not-found', `There is no image ${imageId} in this project.`)
  return found
}

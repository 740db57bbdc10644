import path from 'node:path'
import { rows, type Db } from './db.ts'

/** An image's file as its last import saw it. */
export interface ImageFile {
  readonly imageId: number
  /** Relative to its source folder. */
  readonly path: string
  readonly file: string
  /** SHA-256. */
  readonly contentHash: Uint8Array
  readonly bytes: number
  readonly modifiedMs: number
}

/** In the order of the ids. */
export function imageFiles(db: Db, ids: readonly number[]): ImageFile[] {
  const found = rows<Omit<ImageFile, 'file'> & { readonly folder: string }>(
    db,
    `SELECT image.id AS imageId, image.path, source.folder, image.content_hash AS contentHash, image.bytes, image.modified_ms AS modifiedMs
     FROM json_each(?) AS wanted JOIN image ON image.id = wanted.value JOIN source ON source.id = image.source_id ORDER BY wanted.key`,
    JSON.stringify(ids),
  )
  return found.map(({ folder, ...image }) => Object.assign(image, { file: path.join(folder, image.path) }))
}

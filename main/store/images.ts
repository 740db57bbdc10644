/** Images as the views read them. Writing is the import's: `importing.ts`. */
import type { Image } from '../../shared/contract/images.ts'
import { rows, type Db } from './db.ts'
import { versionSql } from './imageVersions.ts'

interface ImageRow extends Omit<Image, 'missing'> {
  readonly missing: 0 | 1
}

const columns = `image.id, ${versionSql} AS version, image.path, source.folder AS sourceFolder, class_id AS classId, class.name AS className, split, width, height,
  format, bytes, duplicate_of AS duplicateOf, missing, taken_at AS takenAt, camera`
const joined = 'JOIN source ON source.id = source_id LEFT JOIN class ON class.id = class_id'

export const imagesWithIdsSql = `SELECT ${columns} FROM json_each(?) AS wanted CROSS JOIN image ON image.id = wanted.value ${joined} ORDER BY wanted.key`

/** In the order of the ids. */
export function imagesWithIds(db: Db, ids: Iterable<number>): Image[] {
  return rows<ImageRow>(db, imagesWithIdsSql, JSON.stringify([...ids])).map(imageOf)
}

export const twinsSql = `SELECT ${columns} FROM image ${joined} WHERE content_hash = (SELECT content_hash FROM image WHERE id = :imageId) AND image.id <> :imageId ORDER BY image.id LIMIT 100`

/** The other images with the same bytes. */
export function twinsOf(db: Db, imageId: number): Image[] {
  return rows<ImageRow>(db, twinsSql, { imageId }).map(imageOf)
}

function imageOf(found: ImageRow): Image {
  return { ...found, missing: found.missing === 1 }
}

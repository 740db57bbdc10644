/** Images as the views read them. Writing is the import's: `importing.ts`. */
import type { Image } from '../../shared/contract/images.ts'
import type { Split } from '../../shared/contract/common.ts'
import { Failure } from '../../shared/failure.ts'
import { count, row, rows, type Db } from './db.ts'

export interface ImageFilter {
  readonly classId?: number | undefined
  readonly split?: Split | undefined
  /** Only images of these classes. */
  readonly classIds?: readonly number[] | undefined
  readonly duplicates?: boolean | undefined
  readonly missing?: boolean | undefined
}

interface ImageRow extends Omit<Image, 'missing'> {
  readonly missing: 0 | 1
}

const columns = `image.id, image.path, source.folder AS sourceFolder, class_id AS classId, class.name AS className, split, width, height,
  format, bytes, duplicate_of AS duplicateOf, missing FROM image JOIN source ON source.id = source_id LEFT JOIN class ON class.id = class_id`

/** Picks the ids of a page, in an order that an index already has. */
export function pageQuery(filter: ImageFilter): { readonly sql: string; readonly order: string; readonly values: readonly unknown[] } {
  const { conditions, values } = conditionsOf(filter)
  const order = orderOf(filter)
  return { sql: `SELECT image.id FROM image ${conditions} ORDER BY ${order} LIMIT ? OFFSET ?`, order, values }
}

export function listImages(db: Db, filter: ImageFilter, offset: number, limit: number): Image[] {
  const page = pageQuery(filter)
  // Only the rows of the page are read; those before it are passed over in the index.
  return rows<ImageRow>(db, `SELECT ${columns} WHERE image.id IN (${page.sql}) ORDER BY ${page.order}`, ...page.values, limit, offset).map(imageOf)
}

export function countImages(db: Db, filter: ImageFilter): number {
  const { conditions, values } = conditionsOf(filter)
  return count(db, `SELECT count(*) FROM image ${conditions}`, ...values)
}

/** @throws Failure `not-found` */
export function getImage(db: Db, imageId: number): Image {
  const found = row<ImageRow>(db, `SELECT ${columns} WHERE image.id = ?`, imageId)
  if (!found) throw new Failure('not-found', `There is no image ${imageId} in this project.`)
  return imageOf(found)
}

/** Where the tail's findings are counted. */
export function imageFindings(db: Db): { readonly duplicates: number; readonly missing: number; readonly unlabelled: number } {
  return {
    duplicates: count(db, 'SELECT count(*) FROM image WHERE duplicate_of IS NOT NULL AND missing = 0'),
    missing: count(db, 'SELECT count(*) FROM image WHERE missing = 1'),
    unlabelled: count(db, 'SELECT count(*) FROM image WHERE class_id IS NULL AND missing = 0'),
  }
}

function conditionsOf({ classId, split, classIds, duplicates, missing }: ImageFilter): { readonly conditions: string; readonly values: readonly unknown[] } {
  const parts: string[] = []
  const values: unknown[] = []
  if (classId !== undefined) {
    parts.push('class_id = ?')
    values.push(classId)
  }
  if (split !== undefined) {
    parts.push('split = ?')
    values.push(split)
  }
  if (classIds !== undefined) {
    parts.push('class_id IN (SELECT value FROM json_each(?))')
    values.push(JSON.stringify(classIds))
  }
  if (duplicates) parts.push('duplicate_of IS NOT NULL')
  if (missing) parts.push('missing = 1')
  return { conditions: parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '', values }
}

function orderOf({ classId, classIds, split, duplicates }: ImageFilter): string {
  if (classId !== undefined || classIds !== undefined) return 'class_id, split, missing, image.id'
  if (split !== undefined) return 'missing, class_id, image.id'
  return duplicates ? 'duplicate_of, image.id' : 'image.id'
}

function imageOf(found: ImageRow): Image {
  return { ...found, missing: found.missing === 1 }
}

/** Images as the splitting of them reads them: a million, so page by page; and what a person said of pairs that look alike. */
import type { Split } from '../../shared/contract/common.ts'
import type { About, Step } from '../../shared/contract/labels.ts'
import { column, count, inTransaction, row, rows, run, type Db } from './db.ts'
import { piecesOf, takingStep, type ChangeQuery, type SplitOrigin } from './journal.ts'

export interface SplitRow {
  readonly id: number
  readonly classId: number | null
  readonly split: Split
  readonly origin: SplitOrigin
  /** The oldest image of these bytes; itself where it is that. */
  readonly original: number
  readonly missing: 0 | 1
  readonly contentHash: Uint8Array
  readonly sourceId: number
  readonly path: string
  readonly takenAt: number | null
  readonly camera: string | null
  readonly look: Uint8Array | null
  readonly tone: Uint8Array | null
}

/** In the order of the ids, those after one. Missing images too: they come back to where their duplicates are. */
export function splitRows(db: Db, afterId: number, limit: number): SplitRow[] {
  return rows<SplitRow>(
    db,
    `SELECT id, class_id AS classId, split, split_from AS origin, coalesce(duplicate_of, id) AS original, missing, content_hash AS contentHash,
       source_id AS sourceId, path, taken_at AS takenAt, camera, look, tone
     FROM image WHERE id > ? ORDER BY id LIMIT ?`,
    afterId,
    limit,
  )
}

export function imageCount(db: Db): number {
  return count(db, 'SELECT count(*) FROM image')
}

export const unseenSql = 'SELECT id FROM image WHERE look IS NULL AND missing = 0 AND id > ? ORDER BY id LIMIT ?'

/** Present images that nobody has looked at yet, those after one. */
export function unseenImages(db: Db, afterId: number, limit: number): number[] {
  return column<number>(db, unseenSql, afterId, limit)
}

export function unseenCount(db: Db): number {
  return count(db, 'SELECT count(*) FROM image WHERE look IS NULL AND missing = 0')
}

export interface Seen {
  readonly imageId: number
  readonly takenAt: number | null
  readonly camera: string | null
  readonly look: Uint8Array
  readonly tone: Uint8Array
}

export function saveSeen(db: Db, seen: readonly Seen[]): void {
  inTransaction(db, () => {
    for (const { imageId, takenAt, camera, look, tone } of seen) run(db, 'UPDATE image SET taken_at = ?, camera = ?, look = ?, tone = ? WHERE id = ?', takenAt, camera, look, tone, imageId)
  })
}

/** Images that go to a split. */
export interface SplitMove {
  readonly imageIds: ArrayLike<number>
  readonly split: Split
  readonly origin: SplitOrigin
}

const movesSql = 'SELECT id, split, ?, split_from, ? FROM image WHERE id IN (SELECT value FROM json_each(?)) AND split <> ? ORDER BY id'

/** As one step, which undo takes back; in pieces, all of which belong into one transaction. No image may be named twice. */
export function* movingToSplits(db: Db, about: About, moves: Iterable<SplitMove>): Generator<void, Step> {
  return yield* takingStep(db, about, { splits: changesOf(moves) })
}

function* changesOf(moves: Iterable<SplitMove>): Generator<ChangeQuery> {
  for (const { imageIds, split, origin } of moves) {
    for (const some of piecesOf(imageIds)) yield { sql: movesSql, values: [split, origin, JSON.stringify(some), split] }
  }
}

const sameBytesSql = `
  WITH original AS (SELECT DISTINCT coalesce(duplicate_of, id) AS id FROM image WHERE id IN (SELECT value FROM json_each(?)))
  SELECT image.id FROM original JOIN image ON image.id = original.id
  UNION SELECT image.id FROM original JOIN image ON image.duplicate_of = original.id`

/** The images and all of the same bytes; one that does not exist is left out. In pieces, all of which belong into one transaction. */
export function* settingSplits(db: Db, imageIds: ArrayLike<number>, split: Split): Generator<void, Step> {
  const chosen = new Set<number>()
  for (const some of piecesOf(imageIds)) {
    for (const id of column<number>(db, sameBytesSql, JSON.stringify(some))) chosen.add(id)
    yield
  }
  return yield* movingToSplits(db, { what: 'split', otherName: split }, [{ imageIds: [...chosen], split, origin: 'person' }])
}

/** Pairs that a person said are not alike, as `smaller id:larger id`. */
export function unlikePairs(db: Db): Set<string> {
  return new Set(rows<{ a: number; b: number }>(db, 'SELECT image_id AS a, other_id AS b FROM unlike').map(({ a, b }) => `${a}:${b}`))
}

export function unlikeCount(db: Db): number {
  return count(db, 'SELECT count(*) FROM unlike')
}

/** False where one of them does not exist. */
export function addUnlike(db: Db, a: number, b: number): boolean {
  const both = [Math.min(a, b), Math.max(a, b)]
  if (a === b || !row(db, 'SELECT 1 FROM image AS a, image AS b WHERE a.id = ? AND b.id = ?', ...both)) return false
  run(db, 'INSERT OR IGNORE INTO unlike (image_id, other_id) VALUES (?, ?)', ...both)
  return true
}

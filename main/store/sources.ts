/** Folders that were imported, and what was skipped in each. */
import { Failure } from '../../shared/failure.ts'
import { column, count, inTransaction, row, rows, run, type Db } from './db.ts'
import type { ImageFile } from './imageFiles.ts'

export interface StoredSource {
  readonly id: number
  readonly folder: string
}

export interface SkippedRow {
  readonly path: string
  readonly sourceFolder: string
  readonly reason: string
}

export function sourceOf(db: Db, folder: string): number | undefined {
  return row<{ id: number }>(db, 'SELECT id FROM source WHERE folder = ?', folder)?.id
}

export function addSource(db: Db, folder: string, now: number): number {
  return sourceOf(db, folder) ?? Number(run(db, 'INSERT INTO source (folder, added_at) VALUES (?, ?)', folder, now).lastInsertRowid)
}

/** One that no image came from. */
export function dropSource(db: Db, sourceId: number): void {
  run(db, 'DELETE FROM source WHERE id = ?', sourceId)
}

export function allSources(db: Db): StoredSource[] {
  return rows<StoredSource>(db, 'SELECT id, folder FROM source ORDER BY id')
}

/** All of them, absolute. */
export function sourceFolders(db: Db): string[] {
  return column<string>(db, 'SELECT folder FROM source')
}

/** @throws Failure `not-found` */
export function sourceWith(db: Db, sourceId: number): StoredSource {
  const found = row<StoredSource>(db, 'SELECT id, folder FROM source WHERE id = ?', sourceId)
  if (!found) throw new Failure('not-found', `There is no source folder ${sourceId} in this project.`)
  return found
}

export const imagesOfSourceSql = `SELECT image.id AS imageId, source.folder, path, content_hash AS contentHash, bytes, modified_ms AS modifiedMs, missing
  FROM image JOIN source ON source.id = source_id WHERE source_id = ? AND path > ? ORDER BY path LIMIT ?`

/** The source's images whose path comes after this one, in the order of their paths. */
export function imagesOfSource(db: Db, sourceId: number, after: string, limit: number): (ImageFile & { readonly missing: 0 | 1 })[] {
  return rows(db, imagesOfSourceSql, sourceId, after, limit)
}

export const imageCountSql = 'SELECT count(*) FROM image WHERE source_id = ?'

export function imagesInSource(db: Db, sourceId: number): number {
  return count(db, imageCountSql, sourceId)
}

export const missingPageSql = 'SELECT id, source_id AS sourceId FROM image WHERE missing = 1 AND id > ? ORDER BY id LIMIT ?'

/** Images whose file is gone and whose id comes after this one, in the order of ids. */
export function missingImages(db: Db, after: number, limit: number): { readonly id: number; readonly sourceId: number }[] {
  return rows(db, missingPageSql, after, limit)
}

const pieceSize = 500

/** Which of a source's images are found again in another folder. */
export interface FoundImages {
  isThere(imageId: number): boolean
  /** Of those whose content was compared, when their file was changed last. */
  readonly modifiedMs: ReadonlyMap<number, number>
}

/**
 * The source has the folder from then on, and those of its images that are not there are missing.
 * @throws Failure `already-exists` where that folder is a source already
 */
export function* relinking(db: Db, sourceId: number, folder: string, { isThere, modifiedMs }: FoundImages): Generator<void> {
  const source = sourceWith(db, sourceId)
  refuseTaken(db, source, folder)
  run(db, 'UPDATE source SET folder = ? WHERE id = ?', folder, sourceId)
  for (let after = ''; ; ) {
    const piece = imagesOfSource(db, sourceId, after, pieceSize)
    for (const { imageId, missing } of piece) {
      const isMissing = isThere(imageId) ? 0 : 1
      if (isMissing !== missing) run(db, 'UPDATE image SET missing = ? WHERE id = ?', isMissing, imageId)
      const changedMs = modifiedMs.get(imageId)
      if (changedMs !== undefined) run(db, 'UPDATE image SET modified_ms = ? WHERE id = ?', changedMs, imageId)
    }
    if (piece.length < pieceSize) return
    after = piece.at(-1)!.path
    yield
  }
}

/** @throws Failure `already-exists` */
export function refuseTaken(db: Db, source: StoredSource, folder: string): void {
  if (folder === source.folder) throw new Failure('already-exists', `The images of ${folder} are looked for there already. Import the folder again to find those that came back.`)
  if (sourceOf(db, folder) !== undefined) throw new Failure('already-exists', `${folder} was imported into this project as a folder of its own, so that the images of ${source.folder} cannot be looked for there as well. Choose another folder.`)
}

/**
 * Notes what an import skipped.
 * @param whole whether the whole folder was gone through, so that older notes no longer hold
 */
export function writeSkipped(db: Db, sourceId: number, skipped: readonly { readonly path: string; readonly reason: string }[], whole: boolean): void {
  inTransaction(db, () => {
    if (whole) run(db, 'DELETE FROM skipped WHERE source_id = ?', sourceId)
    for (const { path, reason } of skipped) run(db, 'INSERT OR REPLACE INTO skipped (source_id, path, reason) VALUES (?, ?, ?)', sourceId, path, reason)
  })
}

export function skippedPage(db: Db, offset: number, limit: number): SkippedRow[] {
  return rows<SkippedRow>(
    db,
    'SELECT path, folder AS sourceFolder, reason FROM skipped JOIN source ON source.id = source_id ORDER BY source_id, path LIMIT ? OFFSET ?',
    limit,
    offset,
  )
}

export function skippedCount(db: Db): number {
  return count(db, 'SELECT count(*) FROM skipped')
}

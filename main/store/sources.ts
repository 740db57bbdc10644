/** Folders that were imported, and what was skipped in each. */
import { count, inTransaction, row, rows, run, type Db } from './db.ts'

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

/** All of them, absolute. */
export function sourceFolders(db: Db): string[] {
  return rows<{ folder: string }>(db, 'SELECT folder FROM source').map(({ folder }) => folder)
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

/** What a project's database may hold: the tables and indexes of its format, and nothing that runs by itself. */
import Database from 'better-sqlite3'
import type { Db } from './db.ts'
import { migrations, formatOf } from './migrate.ts'

/**
 * A table, index, view or trigger that the file's format does not have as it is there, or that is missing; undefined where
 * all is as it should be. Views and triggers of a stranger would run with the program's own statements.
 */
export function strangeEntry(db: Db): string | undefined {
  const found = entriesOf(db)
  const expected = ofFormat(formatOf(db), entriesOf)
  for (const [entry, sql] of found) if (expected.get(entry) !== sql) return entry
  for (const entry of expected.keys()) if (!found.has(entry)) return entry
  return undefined
}

/** What `read` makes of an empty database of a format. */
export function ofFormat<Result>(version: number, read: (db: Db) => Result): Result {
  const db = new Database(':memory:')
  try {
    for (const step of migrations.slice(0, version)) db.exec(step)
    return read(db)
  } finally {
    db.close()
  }
}

/** SQL by type and name. White space carries no meaning; statistics are SQLite's own. */
function entriesOf(db: Db): Map<string, string> {
  const found = db.prepare("SELECT type, name, tbl_name AS onTable, coalesce(sql, '') AS sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_stat[0-9]'").all() as { type: string; name: string; onTable: string; sql: string }[]
  return new Map(found.map(({ type, name, onTable, sql }) => [`${type} ${JSON.stringify(name)}`, `${onTable}: ${sql.replace(/\s+/g, ' ').trim()}`]))
}

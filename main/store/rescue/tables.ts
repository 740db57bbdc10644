import type { Db } from '../db.ts'

/** In the order in which they were made, which has what is referred to before what refers to it. A virtual table has no root, and would run another's code. */
export function tablesOf(db: Db): string[] {
  return db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name NOT GLOB 'sqlite_*' ORDER BY rowid").pluck().all() as string[]
}

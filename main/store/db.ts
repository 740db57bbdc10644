/** The connection, and statements compiled once for each. */
import type Database from 'better-sqlite3'

export type Db = Database.Database

const compiled = new WeakMap<Db, Map<string, Database.Statement>>()

/** The compiled statement for this text; every text is compiled once a connection. */
function statement(db: Db, sql: string): Database.Statement {
  const known = compiled.get(db) ?? new Map<string, Database.Statement>()
  compiled.set(db, known)
  const found = known.get(sql) ?? db.prepare(sql)
  known.set(sql, found)
  return found
}

/** The first row, typed as the caller's SELECT names its columns. */
export function row<Row>(db: Db, sql: string, ...values: readonly unknown[]): Row | undefined {
  return statement(db, sql).get(...values) as Row | undefined
}

export function rows<Row>(db: Db, sql: string, ...values: readonly unknown[]): Row[] {
  return statement(db, sql).all(...values) as Row[]
}

/** Row by row, where all of them together would take much memory; the connection can do nothing else until the last. */
export function eachRow<Row>(db: Db, sql: string, ...values: readonly unknown[]): IterableIterator<Row> {
  return statement(db, sql).iterate(...values) as IterableIterator<Row>
}

export function run(db: Db, sql: string, ...values: readonly unknown[]): Database.RunResult {
  return statement(db, sql).run(...values)
}

/** The single number that a `SELECT count(*)` answers. */
export function count(db: Db, sql: string, ...values: readonly unknown[]): number {
  return Object.values(row<Record<string, number>>(db, sql, ...values) ?? {})[0] ?? 0
}

/** All of it or nothing. Takes the write lock at once, so that what it reads still holds when it writes. */
export function inTransaction<Result>(db: Db, work: () => Result): Result {
  return db.inTransaction ? work() : db.transaction(work).immediate()
}

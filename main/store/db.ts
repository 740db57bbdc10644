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

/** Rows as lists of their columns, which takes half the time of objects where there are many. The text must be no other function's. */
export function tuples<Row extends readonly unknown[]>(db: Db, sql: string, ...values: readonly unknown[]): Row[] {
  return statement(db, sql).raw().all(...values) as Row[]
}

/** The first column that is selected, of every row. */
export function column<Value>(db: Db, sql: string, ...values: readonly unknown[]): Value[] {
  const plucking = statement(db, sql).pluck()
  try {
    return plucking.all(...values) as Value[]
  } finally {
    plucking.pluck(false)
  }
}

export function run(db: Db, sql: string, ...values: readonly unknown[]): Database.RunResult {
  if (!db.inTransaction) finishUnfinished(db)
  return statement(db, sql).run(...values)
}

/** For very many rows: the statement is looked up once. */
export function runner(db: Db, sql: string): (...values: readonly unknown[]) => Database.RunResult {
  if (!db.inTransaction) finishUnfinished(db)
  const compiledOnce = statement(db, sql)
  return (...values) => compiledOnce.run(...values)
}

/** The single number that a `SELECT count(*)` answers. */
export function count(db: Db, sql: string, ...values: readonly unknown[]): number {
  return Object.values(row<Record<string, number>>(db, sql, ...values) ?? {})[0] ?? 0
}

/** All of it or nothing. Takes the write lock at once, so that what it reads still holds when it writes. */
export function inTransaction<Result>(db: Db, work: () => Result): Result {
  if (db.inTransaction) return work()
  finishUnfinished(db)
  return db.transaction(work).immediate()
}

/** By connection, how what goes on in slices beside it is finished at once: see `inSlices.ts`. */
const unfinished = new WeakMap<Db, () => void>()

export function setUnfinished(db: Db, finish: (() => void) | undefined): void {
  if (finish) unfinished.set(db, finish)
  else unfinished.delete(db)
}

/** Before anything else is written, as one transaction alone can write. */
export function finishUnfinished(db: Db): void {
  unfinished.get(db)?.()
}

/** The pieces of a transaction, one right after the other. */
export function atOnce<Result>(db: Db, pieces: Generator<void, Result>): Result {
  return inTransaction(db, () => {
    for (;;) {
      const piece = pieces.next()
      if (piece.done) return piece.value
    }
  })
}

/** For temporary tables alone: takes no lock of the project's file, which may be read-only. */
export function inTemporaryTables<Result>(db: Db, work: () => Result): Result {
  return db.inTransaction ? work() : db.transaction(work).deferred()
}

/** Makes a whole database of what can be read of a damaged one, which is only read. */
import Database from 'better-sqlite3'
import type { Rescued } from '../../../shared/contract/projects.ts'
import { Failure } from '../../../shared/failure.ts'
import type { Db } from '../db.ts'
import { formatOf, migrations } from '../migrate.ts'
import { cacheSize } from '../open.ts'
import { ofFormat } from '../schema.ts'
import { mend } from './mending.ts'
import { isDamage, readable, type Reading } from './reading.ts'
import { tablesOf } from './tables.ts'

export interface RescueWish {
  /** The damaged file, or a copy of it; its log is read with it. */
  readonly file: string
  /** As its person knows the file. */
  readonly called: string
  /** A file that does not exist yet; left behind where this throws. */
  readonly into: string
  /** What the project is called where its own name is lost. */
  readonly name: string
  /** Numbers of runs that have files, whatever the database says of them: no new run gets one of these. */
  readonly usedRuns: readonly number[]
}

/**
 * Reads the tables that the file's format has, and nothing else that is in it. Pauses after every row.
 * @throws Failure `damaged` where not even the beginning can be read
 */
export function* rescue({ file, called, into, name, usedRuns }: RescueWish): Generator<void, Rescued['lost']> {
  const { damaged, format } = openDamaged(file, called)
  const fresh = new Database(into)
  try {
    // The file is nobody's until it is whole, and then brought to the disk at once.
    for (const setting of ['journal_mode = OFF', 'synchronous = OFF', 'foreign_keys = OFF', cacheSize]) fresh.pragma(setting)
    for (const step of migrations.slice(0, format)) fresh.exec(step)
    fresh.pragma(`user_version = ${format}`)
    fresh.pragma(`application_id = ${damaged.pragma('application_id', { simple: true }) as number}`)
    fresh.exec('BEGIN')
    const losses = new Set<string>()
    const found = new Set(tablesOf(damaged))
    const tables = tablesOf(fresh)
    for (const table of tables) {
      // What a stranger's file has in a table's place may be a view, which would run whatever it says.
      const isWhole = found.has(table) && (yield* copied(damaged, fresh, { table, columns: columnsOf(fresh, table), ...keyOf(fresh, table) }))
      if (!isWhole) losses.add(table)
    }
    const lost = yield* mend(damaged, fresh, { tables, losses, name, usedRuns })
    keepNumbers(damaged, fresh, tables, usedRuns)
    fresh.exec('COMMIT')
    if (fresh.pragma('quick_check(1)', { simple: true }) !== 'ok' || (fresh.pragma('foreign_key_check') as unknown[]).length > 0) throw new Failure('damaged', `What can be read of ${called} does not make a project. It was not changed.`)
    return lost
  } finally {
    fresh.close()
    damaged.close()
  }
}

function openDamaged(file: string, called: string): { readonly damaged: Db; readonly format: number } {
  const db = new Database(file, { readonly: true, fileMustExist: true })
  try {
    for (const setting of ['trusted_schema = OFF', 'cell_size_check = ON', 'mmap_size = 0', cacheSize]) db.pragma(setting)
    const format = formatThatFits(db)
    if (format === 0) throw unreadable(called)
    return { damaged: db, format }
  } catch (error) {
    db.close()
    if (isDamage(error)) throw unreadable(called)
    throw error
  }
}

/** The number in the file may be damaged: what it holds tells of a newer format. 0 where it is of none. */
function formatThatFits(db: Db): number {
  const columns = new Set(columnsOfAll(db))
  const fitting = migrations.map((_, n) => n + 1).filter((format) => ofFormat(format, columnsOfAll).every((column) => columns.has(column)))
  const told = formatOf(db)
  return Math.max(0, ...fitting, tablesOf(db).includes('image') && told <= migrations.length ? told : 0)
}

function columnsOfAll(db: Db): string[] {
  return tablesOf(db).flatMap((table) => columnsOf(db, table).map((column) => `${table} ${column}`))
}

function unreadable(file: string): Failure {
  return new Failure('damaged', `${file} is damaged where it says what it holds, so that nothing of it can be rescued. It was not changed. Put a copy of the project in its place.`)
}

/** Without those that are computed. */
function columnsOf(db: Db, table: string): string[] {
  return db.prepare('SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid').pluck().all(table) as string[]
}

function keyOf(db: Db, table: string): Pick<Reading, 'key' | 'isNumbered'> {
  const key = db.prepare('SELECT name, type FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk').all(table) as { name: string; type: string }[]
  return { key: key.map(({ name }) => name), isNumbered: key[0]?.type === 'INTEGER' }
}

/** Returns whether every row was read and fits. */
function* copied(from: Db, to: Db, reading: Reading): Generator<void, boolean> {
  const { table, columns } = reading
  const insert = to.prepare(`INSERT INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`)
  const rows = readable(from, reading)
  let isWhole = true
  try {
    for (let row = rows.next(); ; row = rows.next()) {
      if (row.done) return isWhole && row.value
      try {
        insert.run(...row.value)
      } catch (error) {
        // A row that damage has made into one that cannot be.
        if (!isRefused(error)) throw error
        isWhole = false
      }
      yield
    }
  } finally {
    // A row that is still being read would keep the file from being closed.
    rows.return(true)
  }
}

function isRefused(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' && /^SQLITE_(CONSTRAINT|MISMATCH)/.test(code)
}

/** Numbers that a sequence may be ahead of what is there: more is damage. */
const mostSkipped = 1_000_000_000

/** New rows get numbers that none of before had. */
function keepNumbers(damaged: Db, fresh: Db, tables: readonly string[], usedRuns: readonly number[]): void {
  const used = new Map<string, number>([['run', Math.max(0, ...usedRuns)]])
  try {
    for (const [table, last] of damaged.prepare('SELECT name, seq FROM sqlite_sequence').raw().iterate() as Iterable<[string, number]>) used.set(table, Math.max(last, used.get(table) ?? 0))
  } catch (error) {
    if (!isDamage(error)) throw error
  }
  for (const [table, last] of used) {
    const present = (tables.includes(table) && (fresh.prepare(`SELECT max(id) FROM ${table}`).pluck().get() as number | null)) || 0
    if (!Number.isSafeInteger(last) || last > present + mostSkipped) continue
    const { changes } = fresh.prepare('UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?').run(last, table)
    if (changes === 0) fresh.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run(table, last)
  }
}

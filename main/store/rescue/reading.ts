/** Reads a damaged table around its damage: whatever page cannot be read, the rows before it and after it can. */
import type { Db } from '../db.ts'

export interface Reading {
  readonly table: string
  readonly columns: readonly string[]
  /** Columns in whose order the rows lie, there being a tree of them: the table's own key, or an index's. */
  readonly key: readonly string[]
  /** Whether the first of the key is a whole number, so that damage can be jumped over; else it is read from both ends. */
  readonly isNumbered: boolean
  /** An index that holds all of the columns, so that the table itself is not read. */
  readonly index?: string
}

type Row = readonly unknown[]

/** Larger than any id: jumps over damage end here. */
const farthest = 2 ** 40

/** The rows that can be read, each once. Returns whether nothing stood in the way. */
export function* readable(db: Db, reading: Reading): Generator<Row, boolean> {
  let isWhole = true
  let last: Row | null = null
  for (;;) {
    const end = yield* until(db, reading, { after: last }, (key) => (last = key))
    if (end === 'whole') return isWhole
    isWhole = false
    const next: number | null = reading.isNumbered ? beyond(db, reading, last) : null
    // Back from beyond the damage, or from the very end, to the damage.
    yield* until(db, reading, { after: last, upTo: next, backwards: true })
    if (next === null) return false
    last = [next, ...reading.key.slice(1).map(() => null)]
  }
}

interface Part {
  /** A key that was reached; from its first null on, every value is meant. */
  readonly after: Row | null
  /** Of the first key. */
  readonly upTo?: number | null
  readonly backwards?: boolean
}

function* until(db: Db, { table, columns, key, index }: Reading, { after, upTo = null, backwards = false }: Part, reached: (key: Row) => void = () => {}): Generator<Row, 'whole' | 'damaged'> {
  const begun = after?.indexOf(null) ?? -1
  const known = after?.slice(0, begun === -1 ? after.length : begun) ?? []
  const conditions = [
    ...(known.length > 0 ? [`(${key.slice(0, known.length).join()}) > (${known.map(() => '?').join()})`] : []),
    ...(upTo === null ? [] : [`${key[0]} <= ?`]),
  ]
  const sql = `SELECT ${columns.join()} FROM ${table} ${index ? `INDEXED BY ${index}` : ''} ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''} ORDER BY ${key.map((name) => `${name} ${backwards ? 'DESC' : 'ASC'}`).join()}`
  const keyAt = key.map((name) => columns.indexOf(name))
  let previous: Row | null = null
  try {
    for (const row of db.prepare(sql).raw().iterate(...known, ...(upTo === null ? [] : [upTo])) as Iterable<Row>) {
      const at = keyAt.map((place) => row[place])
      // A page of another place lies here: on from it, the same rows would be read for ever.
      if (previous && compared(previous, at) * (backwards ? -1 : 1) >= 0) return 'damaged'
      previous = at
      reached(at)
      yield row
    }
    return 'whole'
  } catch (error) {
    if (!isDamage(error)) throw error
    return 'damaged'
  }
}

/** Numbers alone are compared as SQLite does; what cannot be compared counts as in order. */
function compared(one: Row, other: Row): number {
  for (const [n, value] of one.entries()) {
    const against = other[n]
    if (typeof value !== 'number' || typeof against !== 'number') return -1
    if (value !== against) return value - against
  }
  return 0
}

/**
 * A number such that rows of larger ones can be read, or that there are none: looked for in jumps that grow, so that the
 * damage is left behind soon however large it is. Null where there are none, or the damage has no end.
 */
function beyond(db: Db, { table, key, index }: Reading, last: Row | null): number | null {
  const from = last === null ? 0 : last[0]
  if (typeof from !== 'number') return null
  const sql = `SELECT ${key[0]} FROM ${table} ${index ? `INDEXED BY ${index}` : ''} WHERE ${key[0]} > ? ORDER BY ${key.join()} LIMIT 1`
  for (let step = 1; step < farthest; step *= 2) {
    try {
      const next = db.prepare(sql).pluck().get(from + step)
      if (next === undefined) return null
      if (typeof next === 'number' && next > from + step) return from + step
    } catch (error) {
      if (!isDamage(error)) throw error
    }
  }
  return null
}

/** A table, column or index that is not as the program makes it is damage too: a stranger's file may have another in its place. */
export function isDamage(error: unknown): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  if (code === 'SQLITE_ERROR') return /^(no such (column|index|table)|malformed database schema)/.test(String(message))
  return typeof code === 'string' && /^SQLITE_(CORRUPT|NOTADB|FORMAT|TOOBIG|IOERR_READ|IOERR_SHORT_READ)/.test(code)
}

/** An id as SQLite takes it for one: JavaScript's numbers all come as floating point. */
export function whole(id: unknown): unknown {
  return typeof id === 'number' && Number.isSafeInteger(id) ? BigInt(id) : id
}

/**
 * Transactions of very many rows, in slices between which main answers others. One goes on on a connection of its own:
 * whoever reads meanwhile reads what was before, and a program that is killed has written all of it or nothing.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Failure } from '../../shared/failure.ts'
import { sliceMs } from '../turns.ts'
import { atOnce, setUnfinished, type Db } from './db.ts'
import { openBeside } from './open.ts'
import { commitBeside } from './stamps.ts'

/** A connection of its own is worth its some milliseconds from here on. */
const fewRows = 5_000

const last = new WeakMap<Db, Promise<unknown>>()

/**
 * All of the pieces or nothing: of few rows at once, of many in slices.
 * @param work is given the connection to write on; of the other it may read what is in its temporary tables
 */
export async function inOneTransaction<Result>(db: Db, rows: number, work: (own: Db) => Generator<void, Result>): Promise<Result> {
  return rows <= fewRows ? atOnce(db, work(db)) : inSlices(db, work)
}

/**
 * One after another, where several are asked for. Whoever writes on the other connection meanwhile has it finished first,
 * at once: that takes as long as all of it at once, and nobody is refused.
 * @throws whatever the work throws, with nothing changed; Failure `closed` where the project was closed before its turn
 */
export function inSlices<Result>(db: Db, work: (own: Db) => Generator<void, Result>): Promise<Result> {
  const before = last.get(db) ?? Promise.resolve()
  const result = before.then(() => sliced(db, work))
  last.set(db, result.catch(() => {}))
  return result
}

async function sliced<Result>(db: Db, work: (own: Db) => Generator<void, Result>): Promise<Result> {
  if (!db.open) throw new Failure('closed', 'The project was closed before this was begun. Open it again, and do it again.')
  const own = openBeside(db)
  const pieces = inTransactionOf(db, own, work)
  let outcome: { readonly value: Result } | { readonly error: unknown } | undefined
  const end = (ended: NonNullable<typeof outcome>): true => {
    outcome = ended
    setUnfinished(db, undefined)
    // Rolls back what was not committed.
    own.close()
    return true
  }
  /** Whether that was the last one, here or where somebody could not wait. */
  const piece = (): boolean => {
    if (outcome) return true
    try {
      const next = pieces.next()
      return next.done === true && end({ value: next.value })
    } catch (error) {
      return end({ error })
    }
  }
  const slice = (longestMs: number): boolean => {
    for (const began = performance.now(); performance.now() - began < longestMs; ) if (piece()) return true
    return false
  }
  setUnfinished(db, () => void slice(Infinity))
  while (!slice(sliceMs)) await nextTurn()
  if ('error' in outcome!) throw outcome.error
  return outcome!.value
}

function* inTransactionOf<Result>(db: Db, own: Db, work: (own: Db) => Generator<void, Result>): Generator<void, Result> {
  own.exec('BEGIN IMMEDIATE')
  const result = yield* work(own)
  commitBeside(db, own)
  return result
}

/** Marks that tell whether something was written since. */
import { count, type Db } from './db.ts'

/** Changes with everything that anybody writes into the file. */
export function databaseVersion(db: Db): string {
  return `${count(db, 'SELECT total_changes()')} ${dataVersion(db)}`
}

/** Changes with what another program writes; what this one writes beside the connection is not counted. */
export function foreignVersion(db: Db): number {
  return dataVersion(db) - (ownCommits.get(db) ?? 0)
}

const ownCommits = new WeakMap<Db, number>()

/** Commits what was written on a connection of this program's own beside the usual one, whose version of others' writing stays as it is. */
export function commitBeside(db: Db, own: Db): void {
  // Nobody else writes before the commit. Whoever writes right after it is noticed by either connection.
  const [before, ownBefore] = [dataVersion(db), dataVersion(own)]
  own.exec('COMMIT')
  const after = dataVersion(db)
  if (dataVersion(own) === ownBefore) ownCommits.set(db, (ownCommits.get(db) ?? 0) + after - before)
}

/** Changes with what another connection writes. */
function dataVersion(db: Db): number {
  return db.pragma('data_version', { simple: true }) as number
}

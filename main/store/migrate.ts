/** Brings a project file to the newest schema: numbered steps in one transaction, a verified backup before it. */
import Database from 'better-sqlite3'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../../shared/failure.ts'
import { renameDurably, temporaryName } from '../atomic.ts'
import type { Db } from './db.ts'
import { sql as first } from './migrations/0001-first.ts'
import { sql as routers } from './migrations/0002-routers.ts'
import { sql as workbench } from './migrations/0003-workbench.ts'

/** Step n brings a file of version n - 1 to version n. Released steps are frozen. */
export const migrations: readonly string[] = [first, routers, workbench]

export const newestVersion = migrations.length

/**
 * @param backups where the copy of a file that holds something goes before it is changed
 * @throws Failure `newer-version`; whatever a failing step throws, with the file as it was
 */
export function migrate(db: Db, backups: string, steps: readonly string[] = migrations): void {
  const version = formatOf(db)
  if (version > steps.length) throw newer(version, steps.length)
  if (version === steps.length) return
  if (version > 0) backUp(db, backups)
  db.transaction(() => {
    // Another program may have done so by the time that it is this one's turn.
    for (const step of steps.slice(formatOf(db))) db.exec(step)
    db.pragma(`user_version = ${steps.length}`)
  }).immediate()
}

export function formatOf(db: Db): number {
  return db.pragma('user_version', { simple: true }) as number
}

export function newer(version: number, known = newestVersion): Failure {
  return new Failure(
    'newer-version',
    `This project was last opened by a newer version of the program (project format ${version}; this version knows formats up to ${known}). The file was not changed. Update the program to open it.`,
    { version, known },
  )
}

/** Copies the database into `backups` and reads the copy back before anything is changed. Returns the copy's file. */
function backUp(db: Db, backups: string): string {
  mkdirSync(backups, { recursive: true })
  const file = freeName(backups, `project-v${formatOf(db)}`)
  const temporary = temporaryName(file)
  try {
    db.prepare('VACUUM INTO ?').run(temporary)
    verifyCopy(db, temporary)
    renameDurably(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  return file
}

function verifyCopy(db: Db, file: string): void {
  const copy = new Database(file, { readonly: true, fileMustExist: true })
  try {
    const whole = copy.pragma('quick_check(1)', { simple: true }) === 'ok'
    if (!whole || summary(copy) !== summary(db)) {
      throw new Failure('disk', `The backup ${file} does not read back as it was written. Nothing was changed; check the disk.`)
    }
  } finally {
    copy.close()
  }
}

/** Version and rows of every table: equal for a database and a whole copy of it. */
function summary(db: Db): string {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all() as string[]
  const counts = tables.map((name) => [name, db.prepare(`SELECT count(*) FROM "${name.replaceAll('"', '""')}"`).pluck().get()])
  return JSON.stringify([formatOf(db), counts])
}

/** Numbered, not dated: a wrong clock must not make one backup overwrite another. */
function freeName(folder: string, stem: string): string {
  for (let n = 1; ; n++) {
    const file = path.join(folder, `${stem}-${n}.sqlite`)
    if (!existsSync(file)) return file
  }
}

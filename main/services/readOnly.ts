/**
 * A project where nothing may be written, as on a medium that is protected or in a colleague's folder: it is read from a
 * copy of its database in the program's own folder. SQLite reads a log only where it may write beside it, and in the log
 * may lie what was acknowledged last.
 */
import { existsSync, rmSync } from 'node:fs'
import { access, chmod, constants, copyFile, mkdir, realpath, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Failure } from '../../shared/failure.ts'
import { sweepTemporary, temporaryName } from '../atomic.ts'
import type { Db } from '../store/db.ts'
import { checkHead, closeStore, holdAlone, openCopy, projectFile } from '../store/open.ts'
import { diskFailure } from './disk.ts'
import { settleCopy } from './splitting.ts'

const copiesOf = (userFolder: string): string => path.join(userFolder, 'read-only')
/** Whoever writes all the time is waited for by a person. */
const attempts = 3

/**
 * Copies the project's database. Returns the folder of the copy, which is `openReadOnly`'s from then on.
 * @throws Failure `not-a-project`, `permission` where it cannot be read, `busy` where another program writes to it, `disk`
 */
export async function copyToRead(userFolder: string, place: string): Promise<string> {
  checkHead(place)
  const copies = copiesOf(userFolder)
  const copy = temporaryName(path.join(copies, 'project'))
  const named = path.join(place, projectFile)
  // The log lies beside the file, not beside a link to it.
  const file = await realpath(named)
  try {
    await mkdir(copies, { recursive: true, mode: 0o700 })
    await mkdir(copy)
    await copyUnchanged(file, path.join(copy, projectFile))
    return copy
  } catch (error) {
    await rm(copy, { recursive: true, force: true }).catch(() => {})
    if (error instanceof Failure) throw error
    const what = `${named} may only be read, and the copy to read it from could not be made in ${copies}`
    const failure = diskFailure(error, what)
    throw failure instanceof Failure ? failure : new Failure('disk', `${what} (${(error as NodeJS.ErrnoException).code}). Expected a folder: see what lies there, and try again.`)
  }
}

/** @throws Failure as `openStore` does, with the copy gone */
export function openReadOnly(copy: string, place: string): Db {
  try {
    return openCopy(copy, path.join(place, projectFile), (db) => settleCopy({ folder: place, db }))
  } catch (error) {
    removeCopy(copy)
    if (!(error instanceof Failure)) throw error
    // What would be rescued, or has no room, is the copy.
    if (error.code === 'damaged') throw new Failure('damaged', `${error.message} Nothing may be written where it lies: copy the folder to a place of your own first.`)
    if (error.code === 'disk') throw new Failure('disk', `${error.message} It is read from a copy in ${path.dirname(copy)}, whose disk is meant.`)
    throw error
  }
}

export function closeReadOnly(db: Db): void {
  try {
    closeStore(db)
  } finally {
    removeCopy(path.dirname(db.name))
  }
}

export function removeCopy(copy: string): void {
  rmSync(copy, { recursive: true, force: true })
}

/** Of what killed programs left. Where processes cannot be told apart, as between two containers, the lock on the copy tells. */
export function sweepCopies(userFolder: string): void {
  const copies = copiesOf(userFolder)
  try {
    if (existsSync(copies)) sweepTemporary(copies, 'project', isHeld)
  } catch {
    // Tried again the next time; whoever needs a copy is told.
  }
}

function isHeld(copy: string): boolean {
  try {
    holdAlone(copy).release()
    return false
  } catch (error) {
    return error instanceof Failure && error.code === 'busy'
  }
}

/** File and log of one moment: a copy during which either changed is made again. */
async function copyUnchanged(file: string, own: string): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = await marksOf(file)
    for (const [end, mark] of before) {
      await rm(own + end, { force: true })
      if (mark === '') continue
      await access(file + end, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
        throw new Failure('permission', `${file + end} cannot be read (${error.code}). Allow it, and open the project again.`)
      })
      await copyFile(file + end, own + end, constants.COPYFILE_FICLONE)
      // It bears the permissions of what it is a copy of.
      await chmod(own + end, 0o600)
    }
    if (String(await marksOf(file)) === String(before)) return
  }
  throw new Failure('busy', `${file} may only be read, and another program is writing to it. Try again in a moment.`)
}

/** Of the file, its log and its journal, by how their names end, what changes with their content; empty where there is none. */
function marksOf(file: string): Promise<readonly (readonly [string, string])[]> {
  return Promise.all(
    ['', '-wal', '-journal'].map(async (end) => {
      const found = await stat(file + end, { bigint: true }).catch(() => undefined)
      return [end, found?.isFile() ? `${found.ino} ${found.size} ${found.mtimeNs}` : ''] as const
    }),
  )
}

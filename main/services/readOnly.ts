/**
 * A project where nothing may be written, as on a medium that is protected or in a colleague's folder: it is read from a
 * copy of its database in the program's own folder. SQLite reads a log only where it may write beside it, and in the log
 * may lie what was acknowledged last.
 */
import { chmodSync, constants, copyFileSync, mkdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../../shared/failure.ts'
import { sweepTemporary, temporaryName } from '../atomic.ts'
import type { Db } from '../store/db.ts'
import { closeStore, openCopy, projectFile } from '../store/open.ts'
import { saving } from './disk.ts'

const files = [projectFile, `${projectFile}-wal`]
/** Whoever writes all the time is waited for by a person. */
const attempts = 3

/** @throws Failure as `openStore` does; `busy` where another program writes to it, `disk` where the copy has no room */
export function openReadOnly(userFolder: string, place: string): Db {
  const copies = path.join(userFolder, 'read-only')
  const copy = temporaryName(path.join(copies, 'project'))
  const named = path.join(place, projectFile)
  try {
    saving(`${named} may only be read, and the copy to read it from could not be made in ${copies}`, () => {
      mkdirSync(copies, { recursive: true, mode: 0o700 })
      sweepTemporary(copies)
      mkdirSync(copy)
      copyUnchanged(place, copy)
    })
    return openCopy(copy, named)
  } catch (error) {
    rmSync(copy, { recursive: true, force: true })
    throw error
  }
}

export function closeReadOnly(db: Db): void {
  closeStore(db)
  rmSync(path.dirname(db.name), { recursive: true, force: true })
}

/** File and log of one moment: a copy during which either changed is made again. */
function copyUnchanged(place: string, copy: string): void {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = marksOf(place)
    for (const [n, file] of files.entries()) {
      const own = path.join(copy, file)
      rmSync(own, { force: true })
      if (before[n] === '') continue
      copyFileSync(path.join(place, file), own, constants.COPYFILE_FICLONE)
      // It bears the permissions of what it is a copy of.
      chmodSync(own, 0o600)
    }
    if (marksOf(place).join() === before.join()) return
  }
  throw new Failure('busy', `${path.join(place, projectFile)} may only be read, and another program is writing to it. Try again in a moment.`)
}

/** Of each file what changes with its content; empty where it is not there. */
function marksOf(place: string): string[] {
  return files.map((file) => {
    const found = statSync(path.join(place, file), { bigint: true, throwIfNoEntry: false })
    return found?.isFile() ? `${found.ino} ${found.size} ${found.mtimeNs}` : ''
  })
}

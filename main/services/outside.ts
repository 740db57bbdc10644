/**
 * What is written where a person said is noted while it is being written: so what a killed program left of it there goes
 * when a project is opened again. Notes lie in the program's own folder: one that came with a project could name anything.
 */
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { sweepTemporary, temporaryName } from '../atomic.ts'

const notesOf = (userFolder: string): string => path.join(userFolder, 'outside')

/** Does the work that writes `place` by way of a temporary name beside it. */
export async function writingOutside<Result>(userFolder: string, place: string, work: () => Promise<Result> | Result): Promise<Result> {
  const note = temporaryName(path.join(notesOf(userFolder), randomUUID()))
  try {
    mkdirSync(path.dirname(note), { recursive: true })
    writeFileSync(note, place)
  } catch {
    // A full or read-only disk costs the note, not the work, which may go to another disk.
  }
  try {
    return await work()
  } finally {
    rmSync(note, { force: true })
  }
}

/** A note stays while anything of what it names does, as on a disk that is not connected, and keeps nobody from working. */
export function sweepOutside(userFolder: string): void {
  const notes = notesOf(userFolder)
  for (const name of existsSync(notes) ? readdirSync(notes) : []) {
    try {
      if (isSwept(readFileSync(path.join(notes, name), 'utf8'))) sweepTemporary(notes, name.slice(0, name.indexOf('.tmp-')))
    } catch {
      // Tried again the next time.
    }
  }
}

function isSwept(place: string): boolean {
  try {
    return sweepTemporary(path.dirname(place), path.basename(place))
  } catch {
    return false
  }
}

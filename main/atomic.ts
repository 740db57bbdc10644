/** Files that are either whole or not there: written under a temporary name, flushed, renamed. */
import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, lstatSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { readPlain } from './plainFile.ts'

/** What a file system allows in bytes, 255, with room for what follows in a temporary name. */
const longestBegin = 180

/** Windows flushes nothing that was opened for reading. */
const flushing = process.platform === 'win32' ? 'r+' : 'r'

/** A name beside `file` that nothing else uses; `sweepTemporary` knows it again. */
export function temporaryName(file: string): string {
  return `${path.join(path.dirname(file), beginOf(path.basename(file)))}.tmp-${process.pid}-${randomUUID()}`
}

/** As much of the name as a temporary one repeats. */
function beginOf(name: string): string {
  let begin = ''
  for (const character of name) {
    if (Buffer.byteLength(begin + character) > longestBegin) break
    begin += character
  }
  return begin
}

/** Replaces the file's content as a whole, on disk when it returns. */
export function writeAtomically(file: string, content: string | Uint8Array): void {
  const temporary = temporaryName(file)
  try {
    writeFileSync(temporary, content, { flag: 'wx' })
    renameDurably(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** The same where nothing has the name yet. @returns whether it did: else nothing has changed */
export function writeNew(file: string, content: string): boolean {
  const temporary = temporaryName(file)
  try {
    writeFileSync(temporary, content, { flag: 'wx' })
    return nameDurably(temporary, file)
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** Gives a finished temporary file or folder its name; on disk when it returns. */
export function renameDurably(temporary: string, name: string): void {
  flush(temporary)
  renameSync(temporary, name)
  flush(path.dirname(name))
}

/**
 * The same where nothing has the name yet; of a file, the temporary name may be left as a second one.
 * @returns whether it did: else nothing has changed
 */
export function nameDurably(temporary: string, name: string): boolean {
  flush(temporary)
  try {
    // Unlike a rename, a link replaces nothing, however late that comes to be there.
    linkSync(temporary, name)
  } catch {
    // Folders have no links, nor has FAT; or something is there.
    if (lstatSync(name, { throwIfNoEntry: false })) return false
    renameSync(temporary, name)
  }
  flush(path.dirname(name))
  return true
}

/**
 * Removes what writers that died left in the folder, with what SQLite wrote beside it. What cannot be removed is left for
 * the next time.
 * @param of only what was to become the file of this name: for folders that may be somebody else's
 * @returns whether none is left, also of writers that live
 */
export function sweepTemporary(folder: string, of?: string, inUse: (place: string) => boolean = () => false): boolean {
  let isClean = true
  const begin = of === undefined ? undefined : beginOf(of)
  for (const name of readdirSync(folder)) {
    const [, file, owner] = /^(.*)\.tmp-(\d+)-[0-9a-f-]{36}(?:-journal|-wal|-shm)?$/.exec(name) ?? []
    if (owner === undefined || (begin !== undefined && file !== begin)) continue
    try {
      if (isRunning(Number(owner)) || inUse(path.join(folder, name))) isClean = false
      else rmSync(path.join(folder, name), { recursive: true, force: true })
    } catch {
      isClean = false
    }
  }
  return isClean
}

/** The file's JSON, or undefined where there is none that can be read. */
export function readJson(file: string): unknown {
  try {
    const bytes = readPlain(file)
    return bytes && JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

/** The same as `flush` for what is part of a finished folder, while others have their turns: giving the folder its name flushes the folder alone. */
export async function flushPart(name: string): Promise<void> {
  const opened = await open(name, flushing).catch((error: unknown) => {
    if (process.platform !== 'win32') throw error
  })
  try {
    await opened?.sync()
  } finally {
    await opened?.close()
  }
}

/** Brings a file or folder to the disk. Windows can flush no folder; its renames are journalled. */
function flush(name: string): void {
  let opened: number
  try {
    opened = openSync(name, flushing)
  } catch (error) {
    if (process.platform === 'win32') return
    throw error
  }
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

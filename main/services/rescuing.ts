/** A project whose database is damaged: what can be read of it becomes the project, and the damaged file is kept. */
import { copyFile, lstat, mkdir, open, readdir, rm, rmdir, stat, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as v from 'valibot'
import { LostSchema, type Rescued } from '../../shared/contract/projects.ts'
import { Failure } from '../../shared/failure.ts'
import { flushPart, readJson, renameDurably, sweepTemporary, temporaryName } from '../atomic.ts'
import { checkThoroughly, holdAlone, projectFile } from '../store/open.ts'
import { rescue } from '../store/rescue/index.ts'
import { inTurns } from '../turns.ts'
import { diskFailure } from './disk.ts'

export type Outcome = Omit<Rescued, 'project'>

const log = `${projectFile}-wal`
const rescued = 'rescued.sqlite'
const told = 'lost.json'
/** A file that says to be longer by more than this and three times what is there says nothing true. */
const mostPadded = 64 * 1024 * 1024

/**
 * The project in the folder, which is not open in this program. Nothing of it has changed where this throws before the new file is whole; after
 * that the next rescue finishes this one.
 * @throws Failure `invalid-input` where nothing is damaged; `busy` where another program has it open; `damaged` where nothing can be read
 */
export async function rescueProject(place: string, signal: AbortSignal): Promise<Outcome> {
  refuseWhole(place)
  const quarantine = await quarantineOf(place)
  try {
    return (await finished(place, quarantine)) ?? (await begun(place, quarantine, signal))
  } catch (error) {
    // Where nothing lies in it, nothing was ever kept there.
    await rmdir(quarantine).catch(() => {})
    throw diskFailure(error, `What can be read of ${path.join(place, projectFile)} could not be kept`)
  }
}

function refuseWhole(place: string): void {
  try {
    checkThoroughly(place)
  } catch (error) {
    if (error instanceof Failure && error.code === 'damaged') return
    throw error
  }
  throw new Failure('invalid-input', `${path.join(place, projectFile)} is not damaged. Open the project.`)
}

async function quarantineOf(place: string): Promise<string> {
  const folder = path.join(place, 'quarantine')
  const found = await lstat(folder).catch(() => null)
  const { dev } = await stat(place)
  if (found && !(found.isDirectory() && found.dev === dev)) throw new Failure('invalid-input', `${folder} is no folder of the project's own disk, so that the damaged file could not be kept there. Move it away, then rescue the project.`)
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw diskFailure(error, `${folder} could not be made`)
  })
  sweepTemporary(folder)
  return folder
}

/** What an earlier rescue made, and did not come to put in place. */
async function finished(place: string, quarantine: string): Promise<Outcome | null> {
  for (const name of await readdir(quarantine)) {
    const keptIn = path.join(quarantine, name)
    const lost = v.safeParse(LostSchema, readJson(path.join(keptIn, told)))
    if (!lost.success || !(await lstat(path.join(keptIn, rescued)).catch(() => null))?.isFile()) continue
    // Its log may have gone into it since it was kept.
    await keepParts(place, keptIn, 'later-')
    await putInPlace(place, keptIn, holdAlone(place))
    return { keptIn, lost: lost.output }
  }
  return null
}

async function begun(place: string, quarantine: string, signal: AbortSignal): Promise<Outcome> {
  const work = temporaryName(path.join(quarantine, 'rescue'))
  let alone: { release(): void } | undefined
  try {
    await mkdir(work)
    const before = await stateOf(place)
    await keepParts(place, work)
    const size = await padded(path.join(work, projectFile))
    // Not before: to close a file that was read lets go of every lock that this program has on it.
    alone = holdAlone(place)
    if ((await stateOf(place)) !== before) throw new Failure('busy', `${path.join(place, projectFile)} is being written to. Close the program that does, then rescue the project.`)
    const lost = await inTurns(rescue({ file: path.join(work, projectFile), called: path.join(place, projectFile), into: path.join(work, rescued), name: path.basename(place), usedRuns: await numbersIn(path.join(place, 'runs')) }), signal)
    await truncate(path.join(work, projectFile), size)
    await dropOwnLog(work)
    await writeFile(path.join(work, told), JSON.stringify(lost))
    for (const part of [rescued, told]) await flushPart(path.join(work, part))
    const keptIn = path.join(quarantine, String(Math.max(0, ...(await numbersIn(quarantine))) + 1))
    renameDurably(work, keptIn)
    await flushPart(place)
    await putInPlace(place, keptIn, alone)
    return { keptIn, lost }
  } finally {
    alone?.release()
    await rm(work, { recursive: true, force: true }).catch(() => {})
  }
}

/** The file and its log as they are now, on disk. */
async function keepParts(place: string, folder: string, prefix = ''): Promise<void> {
  for (const part of [projectFile, log]) {
    const copy = path.join(folder, prefix + part)
    const isThere = await copyFile(path.join(place, part), copy).then(
      () => true,
      (error: unknown) => {
        if (part === log && (error as NodeJS.ErrnoException).code === 'ENOENT') return false
        throw error
      },
    )
    if (isThere) await flushPart(copy)
  }
}

/** SQLite reads nothing of a file that is shorter than it says: pages of nothing take the place of those at its end. @returns how long it was */
async function padded(file: string): Promise<number> {
  const opened = await open(file, 'r+')
  try {
    const { size } = await opened.stat()
    const header = Buffer.alloc(100)
    await opened.read(header, 0, header.length, 0)
    const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16)
    const whole = header.readUInt32BE(28) * pageBytes
    if (whole > size && whole < 4 * size + mostPadded) await opened.truncate(whole)
    return size
  } finally {
    await opened.close()
  }
}

/** What reading left beside the copy: its index, and an empty log where there was none. */
async function dropOwnLog(folder: string): Promise<void> {
  await rm(path.join(folder, `${projectFile}-shm`), { force: true })
  const kept = path.join(folder, log)
  if ((await stat(kept).catch(() => null))?.size === 0) await rm(kept)
}

/** The log goes first, and for good: SQLite would play it back into whatever file it lies beside. */
async function putInPlace(place: string, keptIn: string, alone: { release(): void }): Promise<void> {
  alone.release()
  for (const part of [log, `${projectFile}-shm`]) await rm(path.join(place, part), { force: true })
  await flushPart(place)
  renameDurably(path.join(keptIn, rescued), path.join(place, projectFile))
  await rm(path.join(keptIn, told), { force: true })
}

async function stateOf(place: string): Promise<string> {
  const parts = await Promise.all([projectFile, log].map((part) => stat(path.join(place, part), { bigint: true }).catch(() => null)))
  return parts.map((part) => (part && part.size > 0n ? `${part.ino} ${part.size} ${part.mtimeNs}` : 'nothing')).join()
}

async function numbersIn(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => [])
  return names.map(Number).filter((number) => Number.isSafeInteger(number) && number > 0)
}

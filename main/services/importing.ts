/**
 * One import of one folder: list, read what is new, write in batches, split. It can end at any instant - cancelled,
 * killed, powerless - and the next import of the folder goes on from what was written.
 */
import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ImportProgress, ImportReport, Skipped } from '../../shared/contract/images.ts'
import { Failure } from '../../shared/failure.ts'
import type { Inspection } from '../importer/contract.ts'
import type { Decoders } from '../importer/decoders.ts'
import { scanFolder, type FoundFile } from '../importer/scan.ts'
import { placeOf } from '../places.ts'
import { classOfFolder, classesInUse } from '../store/classes.ts'
import { inTransaction } from '../store/db.ts'
import { insertImage, knownImage, markMissing, markPresent, updateImage } from '../store/importing.ts'
import { beginImportStep } from '../store/labels.ts'
import { addSource, sourceOf, writeSkipped } from '../store/sources.ts'
import type { OpenProject } from './projects.ts'
import { splitPending, type SplitChoice } from './splitting.ts'
import { isWithin } from './within.ts'

interface ImportRequest extends SplitChoice {
  readonly folder: string
  readonly split: 'auto' | 'train' | 'val' | 'test'
}

export interface ImportJob {
  readonly project: OpenProject
  readonly request: ImportRequest
  readonly decoders: Decoders
  readonly signal: AbortSignal
  onProgress(progress: Pick<ImportProgress, 'phase' | 'done' | 'total' | 'added' | 'skipped'>): void
  /** A batch is on disk. */
  onWritten(): void
}

const batchSize = 256
const reportedSkips = 1000

/** @throws Failure `not-found`, `invalid-input`, `permission`; what single files are guilty of is in the report */
export async function importFolder(job: ImportJob): Promise<ImportReport> {
  const started = performance.now()
  const { project, request, signal } = job
  const { db } = project
  const totals = { added: 0, unchanged: 0, updated: 0, vanished: 0, duplicates: 0 }
  const skips: { path: string; reason: string }[] = []
  const progress = (phase: ImportProgress['phase'], done: number, total: number): void => job.onProgress({ phase, done, total, added: totals.added, skipped: skips.length })

  const folder = placeOf(request.folder)
  if (isWithin(project.folder, folder)) throw new Failure('invalid-input', `${folder} is part of the project itself. Pick the folder that holds the images.`)
  const files: FoundFile[] = []
  for await (const found of scanFolder(folder, [project.folder])) {
    if (signal.aborted) break
    if (found.kind === 'file') files.push(found)
    else skips.push({ path: found.path, reason: found.reason })
    progress('listing', 0, files.length)
  }
  const place = await realpath(folder)
  if (files.length === 0 && !signal.aborted && sourceOf(db, place) === undefined) throw nothingFound(folder, skips.length)
  const sourceId = addSource(db, place, Date.now())

  const write = batchWriter(job, sourceId, totals)
  const seen = new Set<number>()
  let done = 0
  const deal = async (file: FoundFile): Promise<void> => {
    const known = knownImage(db, sourceId, file.path)
    if (known && known.bytes === file.bytes && known.modifiedMs === file.modifiedMs) {
      seen.add(known.id)
      totals.unchanged += 1
      if (known.missing) write.add(() => markPresent(db, known.id))
      return
    }
    try {
      const inspection = await job.decoders.inspect(file.file)
      if (known) seen.add(known.id)
      write.add(() => write.image(file, inspection))
    } catch (error) {
      // One file's fault is one line in the list; anything else ends the import.
      if (!(error instanceof Failure && error.code === 'unreadable')) throw error
      skips.push({ path: file.path, reason: error.message })
    }
  }

  const atATime = job.decoders.count * 2
  const working = new Set<Promise<void>>()
  let broken: { readonly error: unknown } | undefined
  for (const [n, file] of files.entries()) {
    if (signal.aborted || broken) break
    const work = deal(file)
      .catch((error: unknown) => {
        broken ??= { error }
      })
      .finally(() => {
        working.delete(work)
        done += 1
        progress('reading', done, files.length)
      })
    working.add(work)
    if (working.size >= atATime) await Promise.race(working)
    // Files known already need no thread: without this nothing else would get a turn.
    if (n % batchSize === 0) await nextTurn()
  }
  await Promise.all(working)
  write.flush()
  if (broken) throw broken.error

  const whole = !signal.aborted
  if (whole) totals.vanished = markMissing(db, sourceId, seen.size === 0 ? write.ids : new Set([...seen, ...write.ids]))
  writeSkipped(db, sourceId, skips, whole)
  progress('splitting', done, files.length)
  const classes = splitPending(db, request)
  while (!classes.next().done) await nextTurn()
  progress('splitting', files.length, files.length)

  const skipped: Skipped[] = skips.slice(0, reportedSkips).map((skip) => ({ path: skip.path, reason: skip.reason, sourceFolder: place }))
  return { ...totals, skipped, skippedCount: skips.length, classes: classesInUse(db), cancelled: !whole, seconds: (performance.now() - started) / 1000 }
}

/** Gathers what to write and writes it in transactions: one flush to disk a batch, not one an image. */
function batchWriter({ project: { db }, request, onWritten }: ImportJob, sourceId: number, totals: { added: number; updated: number; unchanged: number; duplicates: number }) {
  const ids = new Set<number>()
  const classIds = new Map<string, number>()
  let waiting: (() => void)[] = []
  let stepId: number | undefined

  const flush = (): void => {
    if (waiting.length === 0) return
    const batch = waiting
    waiting = []
    inTransaction(db, () => batch.forEach((write) => write()))
    onWritten()
  }
  const classOf = (name: string): number => {
    const id = classIds.get(name) ?? classOfFolder(db, name, Date.now())
    classIds.set(name, id)
    return id
  }
  return {
    /** The images written so far. */
    ids: ids as ReadonlySet<number>,
    add(write: () => void): void {
      waiting.push(write)
      if (waiting.length >= batchSize) flush()
    },
    image(file: FoundFile, { hash, bytes, format, width, height }: Inspection): void {
      const found = { path: file.path, contentHash: hash, bytes, modifiedMs: file.modifiedMs, format, width, height }
      const known = knownImage(db, sourceId, file.path)
      if (known) {
        ids.add(known.id)
        if (Buffer.compare(known.contentHash, hash) === 0) totals.unchanged += 1
        else totals.updated += 1
        updateImage(db, known, found)
        return
      }
      stepId ??= beginImportStep(db)
      const split = request.split === 'auto' ? (file.split ?? 'train') : request.split
      const splitFrom = request.split !== 'auto' ? 'person' : file.split ? 'folder' : 'pending'
      const { id, isDuplicate } = insertImage(db, stepId, { ...found, sourceId, classId: classOf(file.className), split, splitFrom }, Date.now())
      ids.add(id)
      totals.added += 1
      if (isDuplicate) totals.duplicates += 1
    },
    flush,
  }
}

function nothingFound(folder: string, skipped: number): Failure {
  const found = skipped > 0 ? `${skipped} files lie in it, but none in a class folder` : 'there are no files in it'
  return new Failure('invalid-input', `No class folders with images were found in ${folder}: ${found}. Expected one folder for each class with its images inside, such as ${path.join(folder, 'cat', '1.jpg')}.`, { skipped })
}

/**
 * One import of one folder: list, read what is new, write in batches, split. It can end at any instant - cancelled,
 * killed, powerless - and the next import of the folder goes on from what was written.
 */
import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ClassFolders, ImportProgress, ImportReport, Skipped } from '../../shared/contract/images.ts'
import { Failure } from '../../shared/failure.ts'
import type { Inspection } from '../importer/contract.ts'
import type { Decoders } from '../importer/decoders.ts'
import { scanFolder, type FoundFile } from '../importer/scan.ts'
import { placeOf } from '../places.ts'
import { classOfFolder, classesInUse } from '../store/classes.ts'
import { inTransaction } from '../store/db.ts'
import { insertImage, knownImage, markingMissing, markPresent, updateImage } from '../store/importing.ts'
import { inOneTransaction } from '../store/inSlices.ts'
import { beginImportStep } from '../store/journal.ts'
import { addSource, dropSource, imagesInSource, sourceOf, writeSkipped } from '../store/sources.ts'
import { knownElsewhere } from './knownElsewhere.ts'
import type { OpenProject } from './projects.ts'
import { splitPending, type SplitChoice } from './splitting.ts'
import { isWithin } from './within.ts'

interface ImportRequest extends SplitChoice {
  readonly folder: string
  readonly classFolders: ClassFolders
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
  const totals = { added: 0, unchanged: 0, updated: 0, vanished: 0, duplicates: 0, unlabelled: 0 }
  const skips: { path: string; reason: string }[] = []
  const progress = (phase: ImportProgress['phase'], done: number, total: number): void => job.onProgress({ phase, done, total, added: totals.added, skipped: skips.length })

  const folder = placeOf(request.folder)
  if (isWithin(project.folder, folder)) throw new Failure('invalid-input', `${folder} is part of the project itself. Pick the folder that holds the images.`)
  const files: FoundFile[] = []
  for await (const found of scanFolder(folder, [project.folder], request.classFolders)) {
    if (signal.aborted) break
    if (found.kind === 'file') files.push(found)
    else skips.push({ path: found.path, reason: found.reason })
    progress('listing', 0, files.length)
  }
  const place = await realpath(folder)
  const isNew = sourceOf(db, place) === undefined
  if (files.length === 0 && !signal.aborted && isNew) throw nothingFound(folder, skips.length)
  const isKnownElsewhere = knownElsewhere(db, place)
  const sourceId = addSource(db, place, Date.now())

  const write = batchWriter(job, sourceId, totals)
  const seen = new Set<number>()
  let done = 0
  const deal = async (file: FoundFile): Promise<Outcome> => {
    const known = knownImage(db, sourceId, file.path)
    if (!known && isKnownElsewhere(file.file)) return () => void (totals.unchanged += 1)
    if (known && known.bytes === file.bytes && known.modifiedMs === file.modifiedMs) {
      return () => {
        seen.add(known.id)
        totals.unchanged += 1
        if (known.missing) write.add(() => markPresent(db, known.id))
      }
    }
    try {
      const inspection = await job.decoders.inspect(file.file)
      return () => {
        if (known) seen.add(known.id)
        write.add(() => write.image(file, inspection))
      }
    } catch (error) {
      // One file's fault is one line in the list, and an image from before counts as missing until it can be read, as no
      // run could train on it; anything else ends the import.
      if (!(error instanceof Failure && error.code === 'unreadable')) throw error
      const { message } = error
      return () => skips.push({ path: file.path, reason: message })
    }
  }

  const atATime = job.decoders.count * 2
  const inTurn = inOrder()
  const working = new Set<Promise<void>>()
  let broken: { readonly error: unknown } | undefined
  for (const [n, file] of files.entries()) {
    if (signal.aborted || broken) break
    const work = deal(file)
      .then((outcome) => void (broken || inTurn.take(n, outcome)))
      .catch((error: unknown) => {
        broken ??= { error }
      })
      .finally(() => {
        working.delete(work)
        done += 1
        progress('reading', done, files.length)
      })
    working.add(work)
    // Behind one slow file, no more than a batch may wait to be taken down.
    while (working.size >= atATime || (working.size > 0 && inTurn.waiting() >= batchSize)) await Promise.race(working)
    // Files known already need no thread: without this nothing else would get a turn.
    if (n % batchSize === 0) await nextTurn()
  }
  await Promise.all(working)
  // What still waits belongs to a step that may have been rolled back; the next import reads it again.
  if (broken) throw broken.error
  write.flush()

  const whole = !signal.aborted
  if (whole) {
    for (const id of write.ids) seen.add(id)
    totals.vanished = await inOneTransaction(db, imagesInSource(db, sourceId), (own) => markingMissing(own, sourceId, seen))
  }
  if (isNew && whole && totals.added === 0 && skips.length === 0) dropSource(db, sourceId)
  else writeSkipped(db, sourceId, skips, whole)
  progress('splitting', done, files.length)
  const classes = splitPending(db, request)
  while (!classes.next().done) await nextTurn()
  progress('splitting', files.length, files.length)

  const skipped: Skipped[] = skips.slice(0, reportedSkips).map((skip) => ({ path: skip.path, reason: skip.reason, sourceFolder: place }))
  return { ...totals, skipped, skippedCount: skips.length, classes: classesInUse(db), cancelled: !whole, seconds: (performance.now() - started) / 1000 }
}

/** What became of a file, taken down when its turn has come. */
type Outcome = () => void

/**
 * Takes outcomes down in the order of the files, whichever was read first: images are trained on in the order of their
 * numbers, so that the same folder, choices and seed come to the same run.
 */
function inOrder() {
  const early = new Map<number, Outcome>()
  let next = 0
  return {
    waiting: () => early.size,
    take(n: number, outcome: Outcome): void {
      early.set(n, outcome)
      for (let due = early.get(next); due; due = early.get(next)) {
        early.delete(next)
        next += 1
        due()
      }
    },
  }
}

/** Gathers what to write and writes it in transactions: one flush to disk a batch, not one an image. */
function batchWriter({ project: { db }, request, onWritten }: ImportJob, sourceId: number, totals: { added: number; updated: number; unchanged: number; duplicates: number; unlabelled: number }) {
  const ids = new Set<number>()
  const classIds = new Map<string, number>()
  let waiting: (() => void)[] = []
  let stepId: number | undefined

  const flush = (): void => {
    if (waiting.length === 0) return
    const batch = waiting
    waiting = []
    // Between batches a person may have merged or deleted a class.
    classIds.clear()
    inTransaction(db, () => batch.forEach((write) => write()))
    onWritten()
  }
  const classOf = (name: string | null): number | null => {
    if (name === null) return null
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
    image(file: FoundFile, { hash, ...inspection }: Inspection): void {
      const found = { ...inspection, path: file.path, contentHash: hash, modifiedMs: file.modifiedMs }
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
      if (file.className === null) totals.unlabelled += 1
    },
    flush,
  }
}

function nothingFound(folder: string, skipped: number): Failure {
  const found = skipped > 0 ? `${skipped} files lie in it, but none of them can be imported` : 'there are no files in it'
  return new Failure('invalid-input', `No images were found in ${folder}: ${found}. Expected one folder for each class with its images inside, such as ${path.join(folder, 'cat', '1.jpg')}, or images to be labelled here.`, { skipped })
}

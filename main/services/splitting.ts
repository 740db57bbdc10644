/**
 * Images get their split when the import that adds them ends. Until then a mark lies in the project's folder that says
 * who imports and which split was asked for, so that what a killed import leaves is split as it would have been.
 */
import { rmSync } from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import type { WorkbenchContract } from '../../shared/contract/index.ts'
import { Failure } from '../../shared/failure.ts'
import type { Emit } from '../../shared/rpc.ts'
import { readJson, writeNew } from '../atomic.ts'
import { splitClass } from '../importer/split.ts'
import { inTransaction, type Db } from '../store/db.ts'
import { classesToSplit, imagesToSplit, isAnyToSplit, pendingImages, settleSplit, settledCounts } from '../store/importing.ts'
import { newestStep } from '../store/journal.ts'
import { diskFailure } from './disk.ts'
import { isAlive, thisProcess } from './runs/owner.ts'

/** How a person wants images split that no folder of theirs splits. */
export interface SplitChoice {
  readonly valFraction: number
  readonly seed: number
}

interface Splittable {
  readonly folder: string
  readonly db: Db
}

const MarkSchema = v.object({ pid: v.number(), started: v.nullable(v.string()), valFraction: v.number(), seed: v.number() })
/** For images whose mark is gone: what an import does unasked. */
const usual: SplitChoice = { valFraction: 0.2, seed: 0 }
/** The step of the journal up to which every labelled image is known to have its split. */
const settledUpTo = new WeakMap<Db, number>()

/**
 * Marks the project as being imported into by this process. Returns what ends that, however the import ended: it gives
 * the images that still have none their split, and takes the mark back.
 * @throws Failure `busy` where an import into it goes on, here or in another program
 */
export function markImport(project: Splittable, { valFraction, seed }: SplitChoice): () => void {
  settleSplits(project)
  const file = markFile(project)
  writeMark(file, { ...thisProcess, valFraction, seed })
  return () => {
    try {
      splitAll(project.db, { valFraction, seed })
    } catch {
      // What fails an import fails this too, as a full disk does: what is left is split before a run, or when the project opens.
    } finally {
      rmSync(file, { force: true })
    }
  }
}

/**
 * Sees to it that every image of the project has its split: what an import left without one, or without a label, gets it now.
 * @returns whether any got it, of which no step of the journal tells
 * @throws Failure `busy` while an import into the project goes on, here or in another program
 */
export function settleSplits(project: Splittable): boolean {
  // What it can have, it got when it was opened.
  if (project.db.readonly) return false
  const mark = markOf(project)
  if (mark && isAlive(mark)) {
    const where = mark.pid === process.pid ? '' : ` in another program (process ${mark.pid})`
    throw new Failure('busy', `An import into this project is going on${where}. Wait until it has ended, or cancel it.`)
  }
  const isAny = splitAll(project.db, mark ?? usual)
  rmSync(markFile(project), { force: true })
  return isAny
}

/** The same in a private copy of the project's database; what an import that goes on has not split stays so. */
export function settleCopy(project: Splittable): void {
  const mark = markOf(project)
  if (!(mark && isAlive(mark))) splitAll(project.db, mark ?? usual)
}

/** The same, and everybody hears of it. @throws Failure as it does */
export function settleAndTell(emit: Emit<WorkbenchContract>, project: Splittable & { readonly id: string }): void {
  if (!settleSplits(project)) return
  for (const event of ['images.changed', 'classes.changed'] as const) emit(event, { projectId: project.id })
}

/** The same for what a person labelled since, so that it is counted where it will be. What cannot be done now is done before a run, or when the project opens. */
export function settleLabelled(emit: Emit<WorkbenchContract>, project: Splittable & { readonly id: string }): void {
  const newest = newestStep(project.db)
  if (!isAnyToSplit(project.db, settledUpTo.get(project.db) ?? 0)) {
    settledUpTo.set(project.db, newest)
    return
  }
  try {
    settleAndTell(emit, project)
  } catch {
    // An import goes on, at whose end they are split, or the disk is full.
  }
}

/** Splits one class a step, each in a transaction, so that one that was begun is never left half split. */
export function* splitPending(db: Db, { valFraction, seed }: SplitChoice): Generator<number> {
  for (const classId of classesToSplit(db)) {
    inTransaction(db, () => {
      const images = imagesToSplit(db, classId)
      const places = splitClass({ ...settledCounts(db, classId), images, valFraction, seed })
      for (const [n, { id }] of images.entries()) settleSplit(db, id, places[n]!)
    })
    yield classId
  }
}

/** Whether there were any to split. */
function splitAll(db: Db, choice: SplitChoice): boolean {
  const newest = newestStep(db)
  const isAny = pendingImages(db) > 0 && inTransaction(db, () => [...splitPending(db, choice)].length > 0)
  settledUpTo.set(db, newest)
  return isAny
}

/** Two programs that begin at once: the file system lets one of them. */
function writeMark(file: string, mark: v.InferOutput<typeof MarkSchema>): void {
  let isFirst: boolean
  try {
    isFirst = writeNew(file, JSON.stringify(mark))
  } catch (error) {
    throw diskFailure(error, 'The import could not begin')
  }
  if (!isFirst) throw new Failure('busy', 'Another program has just begun to import into this project. Wait until it has ended.')
}

function markFile({ folder }: Splittable): string {
  return path.join(folder, 'importing.json')
}

function markOf(project: Splittable): v.InferOutput<typeof MarkSchema> | undefined {
  const found = v.safeParse(MarkSchema, readJson(markFile(project)))
  return found.success ? found.output : undefined
}

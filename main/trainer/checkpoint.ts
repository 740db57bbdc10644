/**
 * Checkpoints of a run: everything that training goes on from, in one safetensors file each. A file is whole or not
 * there, carries the digest of its tensors, and the last two are kept, so that one always loads.
 */
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import { Failure } from '../../shared/failure.ts'
import { checked } from '../../shared/rpc.ts'
import { renameDurably, sweepTemporary, temporaryName } from '../atomic.ts'
import { checkpointFolder, checkpointName, checkpointNames } from '../checkpoints.ts'
import { writeAllSync } from '../writeAll.ts'
import { decodeTensors, encodeTensors, type StoredTensor } from './formats/safetensors.ts'

const kept = 2
const formatVersion = 1

const PositionSchema = v.object({
  /** Epochs that are complete. */
  epochsDone: v.number(),
  /** Steps taken of the epoch after them, and the sum of their losses. */
  stepsDone: v.number(),
  lossSum: v.number(),
  seed: v.number(),
})

/** Where in the run a checkpoint stands. */
export type Position = v.InferOutput<typeof PositionSchema>

export interface Checkpoint {
  readonly position: Position
  /** Parameters, running statistics and momentum by name, in the authors' layout. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

/** Writes a checkpoint; when this returns it is on disk, and only then the oldest goes. */
export function saveCheckpoint(runFolder: string, { position, tensors }: Checkpoint): void {
  const folder = checkpointFolder(runFolder)
  mkdirSync(folder, { recursive: true })
  sweepTemporary(folder)
  const text = JSON.stringify(position)
  const metadata = { version: String(formatVersion), position: text, sha256: digestOf(text, tensors) }
  const file = path.join(folder, checkpointName(position))
  const temporary = temporaryName(file)
  try {
    writePieces(temporary, encodeTensors({ tensors, metadata }))
    renameDurably(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw asDiskFailure(error, checkpointNames(runFolder).length > 0)
  }
  for (const name of checkpointNames(runFolder).slice(kept)) rmSync(path.join(folder, name), { force: true })
}

/**
 * The newest checkpoint: what the run has come to, for all that use it.
 * @throws Failure `unreadable` where it is damaged, though an older one may be whole: that is not what was asked for
 */
export function loadCheckpoint(runFolder: string): Checkpoint {
  const { checkpoint, damaged } = loadWholeCheckpoint(runFolder)
  const [newest] = damaged
  if (newest === undefined) return checkpoint
  const epochs = checkpoint.position.epochsDone === 1 ? 'epoch' : 'epochs'
  throw new Failure('unreadable', `The run's newest checkpoint, ${newest}, is damaged. The one before it, from after ${checkpoint.position.epochsDone} ${epochs}, is whole: resume the run if it is not finished, or delete ${path.join(checkpointFolder(runFolder), newest)} to use the older one.`)
}

/**
 * The newest checkpoint that reads back whole, for a run that goes on, and the names of newer ones that do not.
 * @throws Failure `unreadable` where none does, `newer-version` where one is of a later format: it is not damaged
 */
export function loadWholeCheckpoint(runFolder: string): { readonly checkpoint: Checkpoint; readonly damaged: readonly string[] } {
  const damaged: string[] = []
  for (const name of checkpointNames(runFolder)) {
    try {
      return { checkpoint: readCheckpoint(path.join(checkpointFolder(runFolder), name)), damaged }
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'unreadable') throw error
      damaged.push(name)
    }
  }
  throw new Failure('unreadable', damaged.length > 0 ? `No checkpoint of the run can be read (${damaged.join(', ')} are damaged). Start the run again.` : 'The run has no checkpoint yet. Start it again.')
}

/** Removes checkpoints by name: damaged ones, which would otherwise count among the last two. */
export function discardCheckpoints(runFolder: string, names: readonly string[]): void {
  for (const name of names) rmSync(path.join(checkpointFolder(runFolder), name), { force: true })
}

function readCheckpoint(file: string): Checkpoint {
  const { tensors, metadata } = decodeTensors(readFileSync(file))
  const version = Number(metadata['version'])
  if (version > formatVersion) throw new Failure('newer-version', `${path.basename(file)} has checkpoint format ${version}; format ${formatVersion} was expected. Use the version of RIDE Workbench that wrote it, or a later one.`)
  if (version !== formatVersion) throw new Failure('unreadable', `${path.basename(file)} is damaged: it names no checkpoint format.`)
  if (metadata['sha256'] !== digestOf(metadata['position'] ?? '', tensors)) throw new Failure('unreadable', `${path.basename(file)} is damaged: its digest does not match.`)
  return { position: checked(PositionSchema, parsed(metadata['position']), path.basename(file)), tensors }
}

/** Of the position and of names, shapes and values, whatever order they are stored in. */
function digestOf(position: string, tensors: ReadonlyMap<string, StoredTensor>): string {
  const hash = createHash('sha256').update(position)
  for (const [name, { shape, values }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(JSON.stringify([name, shape])).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  }
  return hash.digest('hex')
}

function writePieces(file: string, pieces: readonly Uint8Array[]): void {
  const descriptor = openSync(file, 'wx')
  try {
    for (const piece of pieces) writeAllSync(descriptor, piece)
  } finally {
    closeSync(descriptor)
  }
}

function parsed(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? '')
  } catch {
    return undefined
  }
}

function asDiskFailure(error: unknown, hasOlder: boolean): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return new Failure('disk', `The disk is full, so no checkpoint could be written. ${hasOlder ? 'The one before is intact: free' : 'There is none from before. Free'} some space and resume the run.`)
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return new Failure('permission', 'The checkpoint could not be written: the project folder may not be written to. Allow it and resume the run.')
  return error
}

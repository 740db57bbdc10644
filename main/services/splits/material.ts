/** All images of a project in columns, small enough for a million of them: what splitting and comparing read. */
import { splits } from '../../../shared/contract/common.ts'
import type { Db } from '../../store/db.ts'
import { imageCount, splitRows, unlikePairs } from '../../store/splits.ts'
import { inTurns } from '../../turns.ts'

export const origins = ['folder', 'person', 'splitter', 'pending'] as const
const rowsATurn = 2000

/** Everything by an image's position, which goes by its id. */
export interface Material {
  /** The state of the images that it was read in: see `states.ts`. */
  readonly state: string
  readonly count: number
  readonly ids: Float64Array
  /** Positions in `classIds`; -1 without a label. */
  readonly classes: Int32Array
  readonly classIds: readonly number[]
  /** Numbers of splits and of origins. */
  readonly splits: Uint8Array
  readonly origins: Uint8Array
  readonly missing: Uint8Array
  /** The position of the oldest image of the same bytes. */
  readonly originals: Int32Array
  /** The same for images of the same bytes, whatever the order of their import. */
  readonly draws: Float64Array
  readonly sources: Int32Array
  readonly paths: readonly string[]
  /** NaN where it is not known. */
  readonly takenAt: Float64Array
  readonly cameras: readonly string[]
  readonly seen: Uint8Array
  readonly look: Uint8Array
  readonly tone: Uint8Array
  readonly unlike: ReadonlySet<string>
}

/** Reads it page by page, letting others have their turns. @throws Failure `cancelled` */
export async function readMaterial(db: Db, stateNow: () => string, signal: AbortSignal): Promise<Material> {
  for (let tries = 0; ; tries++) {
    const state = stateNow()
    const material = await inTurns(readOnce(db, state), signal)
    // What changed meanwhile may have been read half: at the last try, what there is has to do.
    if (stateNow() === state || tries === 2) return material
  }
}

function* readOnce(db: Db, state: string): Generator<void, Material> {
  const most = imageCount(db) + rowsATurn
  const columns = {
    ids: new Float64Array(most),
    classes: new Int32Array(most),
    splits: new Uint8Array(most),
    origins: new Uint8Array(most),
    missing: new Uint8Array(most),
    draws: new Float64Array(most),
    sources: new Int32Array(most),
    takenAt: new Float64Array(most),
    seen: new Uint8Array(most),
    look: new Uint8Array(most * 8),
    tone: new Uint8Array(most * 8),
  }
  const originalIds = new Float64Array(most)
  const paths: string[] = []
  const cameras: string[] = []
  /** One string for each camera, not one for each image. */
  const knownCameras = new Map<string, string>()
  const classes = new Map<number, number>()
  let count = 0
  for (let after = 0; count < most; ) {
    const page = splitRows(db, after, Math.min(rowsATurn, most - count))
    if (page.length === 0) break
    for (const image of page) {
      const n = count
      count += 1
      columns.ids[n] = image.id
      if (image.classId !== null && !classes.has(image.classId)) classes.set(image.classId, classes.size)
      columns.classes[n] = image.classId === null ? -1 : classes.get(image.classId)!
      columns.splits[n] = splits.indexOf(image.split)
      columns.origins[n] = origins.indexOf(image.origin)
      columns.missing[n] = image.missing
      originalIds[n] = image.original
      columns.draws[n] = Buffer.from(image.contentHash.buffer, image.contentHash.byteOffset, image.contentHash.byteLength).readUIntBE(0, 6)
      columns.sources[n] = image.sourceId
      columns.takenAt[n] = image.takenAt ?? Number.NaN
      columns.seen[n] = image.look && image.tone ? 1 : 0
      if (image.look) columns.look.set(image.look.subarray(0, 8), n * 8)
      if (image.tone) columns.tone.set(image.tone.subarray(0, 8), n * 8)
      paths.push(image.path)
      const camera = image.camera ?? ''
      cameras.push(knownCameras.get(camera) ?? camera)
      knownCameras.set(camera, cameras.at(-1)!)
    }
    after = page.at(-1)!.id
    yield
  }
  const cut = <A extends Float64Array | Int32Array | Uint8Array>(array: A, width = 1): A => array.subarray(0, count * width) as A
  const ids = cut(columns.ids)
  const originals = new Int32Array(count)
  for (let n = 0; n < count; n++) {
    originals[n] = originalIds[n] === ids[n] ? n : Math.max(0, positionOf(ids, originalIds[n]!) ?? n)
    if (n % rowsATurn === 0) yield
  }
  return {
    state,
    count,
    ids,
    originals,
    paths,
    cameras,
    classIds: [...classes.keys()],
    classes: cut(columns.classes),
    splits: cut(columns.splits),
    origins: cut(columns.origins),
    missing: cut(columns.missing),
    draws: cut(columns.draws),
    sources: cut(columns.sources),
    takenAt: cut(columns.takenAt),
    seen: cut(columns.seen),
    look: cut(columns.look, 8),
    tone: cut(columns.tone, 8),
    unlike: unlikePairs(db),
  }
}

/** Of an id among rising ones. */
export function positionOf(ids: Float64Array, id: number): number | undefined {
  let [low, high] = [0, ids.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    if (ids[middle] === id) return middle
    if (ids[middle]! < id) low = middle + 1
    else high = middle - 1
  }
  return undefined
}

/** Orders of images, each read page by page from one index alone; and their names, to be searched. */
import type { Scored } from './confusions.ts'
import { row, tuples, type Db } from './db.ts'

const pageSize = 5_000

export const pagesSql = {
  names: 'SELECT id, path FROM image WHERE (source_id, path) > (?, ?) ORDER BY source_id, path LIMIT ?',
  // Two, as many images may be of one second: what is after the last of them is told by both columns, of which an index helps with one.
  takenThen: 'SELECT id, taken_at FROM image WHERE taken_at = ? AND id < ? ORDER BY id DESC LIMIT ?',
  takenBefore: 'SELECT id, taken_at FROM image WHERE taken_at < ? ORDER BY taken_at DESC, id DESC LIMIT ?',
  predictions: 'SELECT image_id, confidence FROM prediction WHERE run_id = ? AND split = ? AND (confidence, image_id) > (?, ?) ORDER BY confidence, image_id LIMIT ?',
  guesses: 'SELECT image_id, confidence FROM guess WHERE run_id = ? AND (confidence, image_id) > (?, ?) ORDER BY confidence, image_id LIMIT ?',
} as const

/** Images in the order of their names, and the names of each page of them as one text. */
export interface ImageNames {
  readonly ids: Uint32Array
  readonly pages: readonly NamesPage[]
}

interface NamesPage {
  /** In small letters, composed, one NUL between two names, which none of them can hold. */
  readonly text: string
  /** Where each name begins in it. */
  readonly starts: Uint32Array
  /** The place of its first image in `ids`. */
  readonly first: number
}

export function* readImageNames(db: Db): Generator<void, ImageNames> {
  const ids: number[] = []
  const pages: NamesPage[] = []
  for (let last: readonly [sourceId: number, path: string] = [0, '']; ; ) {
    const page = tuples<[id: number, path: string]>(db, pagesSql.names, ...last, pageSize)
    if (page.length > 0) pages.push(namesPage(page.map(([, path]) => path), ids.length))
    for (const [id] of page) ids.push(id)
    if (page.length < pageSize) return { ids: Uint32Array.from(ids), pages }
    const [id, path] = page.at(-1)!
    last = [row<{ sourceId: number }>(db, 'SELECT source_id AS sourceId FROM image WHERE id = ?', id)!.sourceId, path]
    yield
  }
}

function namesPage(names: readonly string[], first: number): NamesPage {
  const text = searchable(names.join('\0'))
  const starts = new Uint32Array(names.length)
  for (let n = 1; n < names.length; n++) starts[n] = text.indexOf('\0', starts[n - 1]) + 1
  return { text, starts, first }
}

/** Images with this text in their path, in capitals or not. */
export function* imagesNamed({ ids, pages }: ImageNames, part: string): Generator<void, Uint32Array> {
  const wanted = searchable(part)
  const found: number[] = []
  if (wanted.includes('\0')) return new Uint32Array()
  for (const { text, starts, first } of pages) {
    for (let at = text.indexOf(wanted); at >= 0; ) {
      const n = lastUpTo(starts, at)
      found.push(ids[first + n]!)
      if (n + 1 === starts.length) break
      at = text.indexOf(wanted, starts[n + 1])
    }
    yield
  }
  return Uint32Array.from(found)
}

/** The position of the last of rising numbers that is no larger. */
function lastUpTo(rising: Uint32Array, most: number): number {
  let [low, high] = [0, rising.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (rising[middle]! <= most) low = middle
    else high = middle - 1
  }
  return low
}

const searchable = (name: string): string => name.normalize('NFC').toLowerCase()

/** Newest first; those that do not tell when they were taken are not among them. */
export function* imagesByTaken(db: Db): Generator<void, Uint32Array> {
  const found: number[] = []
  for (let last: readonly [id: number, takenAt: number] = [0, Number.MAX_SAFE_INTEGER]; ; ) {
    const [lastId, lastTaken] = last
    const sameTime = tuples<[id: number, takenAt: number]>(db, pagesSql.takenThen, lastTaken, lastId, pageSize)
    const page = sameTime.length > 0 ? sameTime : tuples<[id: number, takenAt: number]>(db, pagesSql.takenBefore, lastTaken, pageSize)
    if (page.length === 0) return Uint32Array.from(found)
    for (const [id] of page) found.push(id)
    last = page.at(-1)!
    yield
  }
}

/** What the run is least sure of first; images that it never looked at are not among them, and some may be there twice. */
export function* imagesByConfidence(db: Db, { runId, split }: Scored): Generator<void, Uint32Array> {
  const scored = yield* bySureness(db, pagesSql.predictions, [runId, split])
  const guessed = yield* bySureness(db, pagesSql.guesses, [runId])
  const found: number[] = []
  let [one, other] = [0, 0]
  while (one < scored.ids.length || other < guessed.ids.length) {
    const confidence = scored.confidences[one] ?? Infinity
    const guess = guessed.confidences[other] ?? Infinity
    const isScored = confidence < guess || (confidence === guess && scored.ids[one]! < guessed.ids[other]!)
    found.push(isScored ? scored.ids[one++]! : guessed.ids[other++]!)
    if (found.length % pageSize === 0) yield
  }
  return Uint32Array.from(found)
}

function* bySureness(db: Db, sql: string, of: readonly unknown[]): Generator<void, { readonly ids: readonly number[]; readonly confidences: readonly number[] }> {
  const found = { ids: [] as number[], confidences: [] as number[] }
  for (let last: readonly [confidence: number, imageId: number] = [-1, 0]; ; ) {
    const page = tuples<[imageId: number, confidence: number]>(db, sql, ...of, ...last, pageSize)
    for (const [imageId, confidence] of page) {
      found.ids.push(imageId)
      found.confidences.push(confidence)
    }
    if (page.length < pageSize) return found
    const [imageId, confidence] = page.at(-1)!
    last = [confidence, imageId]
    yield
  }
}

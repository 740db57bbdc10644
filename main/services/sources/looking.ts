/** What of a source's images lies at the same relative paths in another folder, before that is made its folder. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { FoundAgain } from '../../../shared/contract/sources.ts'
import { Failure } from '../../../shared/failure.ts'
import type { Db } from '../../store/db.ts'
import { imageFiles, type ImageFile } from '../../store/imageFiles.ts'
import { imagesInSource, imagesOfSource, type FoundImages, type StoredSource } from '../../store/sources.ts'
import { refuseCancelled } from '../../turns.ts'
import { inLanes } from '../lanes.ts'
import { trueFile } from '../trueFile.ts'

export interface Looking {
  readonly db: Db
  readonly source: StoredSource
  /** Its one true path. */
  readonly folder: string
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
  /** So many files are all compared, and of more a sample of as many. */
  readonly sampleSize?: number
}

export interface Looked extends FoundImages {
  readonly found: FoundAgain
}

const usualSampleSize = 500
const pageSize = 1000
/** Sizes are asked for, from disks that may be far away. */
const asking = 16
/** Files are read as a whole. */
const reading = 4
const examplesTold = 3

type Place = { readonly kind: 'absent' } | { readonly kind: 'there' | 'differing'; readonly file: string; readonly modifiedMs: number }

/** @throws Failure `invalid-input` where nothing of the source lies there, `cancelled` */
export async function lookFor(looking: Looking): Promise<Looked> {
  const { db, source, folder, signal, onProgress, sampleSize = usualSampleSize } = looking
  const images = imagesInSource(db, source.id)
  const there = new Set<number>()
  const differing = new Map<number, string>()
  const modifiedMs = new Map<number, number>()
  let [done, toDo, compared] = [0, images + Math.min(images, sampleSize), 0]
  const step = (): void => onProgress((done += 1), toDo)

  let example = ''
  for (let after = ''; ; ) {
    refuseCancelled(signal)
    const page = imagesOfSource(db, source.id, after, pageSize)
    example ||= page[0]?.path ?? ''
    const places = page.map((): Place => ({ kind: 'absent' }))
    await inLanes(asking, page, async (image, n) => {
      refuseCancelled(signal)
      places[n] = await placeIn(folder, image)
      step()
    })
    // In the order of paths, however the answers came.
    for (const [n, { kind }] of places.entries()) {
      const { imageId, path } = page[n]!
      if (kind === 'there') there.add(imageId)
      else if (kind === 'differing') differing.set(imageId, path)
    }
    if (page.length < pageSize) break
    after = page.at(-1)!.path
  }

  const compare = async (imageIds: readonly number[]): Promise<void> => {
    toDo = done + imageIds.length
    for (let from = 0; from < imageIds.length; from += pageSize) {
      refuseCancelled(signal)
      await inLanes(reading, imageFiles(db, imageIds.slice(from, from + pageSize)), async (image) => {
        refuseCancelled(signal)
        const place = await comparedIn(folder, image, signal)
        if (place.kind !== 'there') there.delete(image.imageId)
        if (place.kind === 'differing') differing.set(image.imageId, image.path)
        if (place.kind === 'there') modifiedMs.set(image.imageId, place.modifiedMs)
        compared += 1
        step()
      })
    }
  }
  const candidates = [...there]
  const sample = evenly(candidates, sampleSize)
  await compare(sample)
  // One that differs says that files of the same size may be others here.
  if (sample.some((imageId) => !there.has(imageId))) {
    const wasCompared = new Set(sample)
    await compare(candidates.filter((imageId) => !wasCompared.has(imageId)))
  }

  const absent = images - there.size - differing.size
  if (there.size === 0) throw nothingThere(source, folder, images, differing.size, example)
  const examples = [...differing.values()].slice(0, examplesTold)
  return { found: { folder, images, there: there.size, absent, differing: { count: differing.size, examples }, compared }, isThere: (imageId) => there.has(imageId), modifiedMs }
}

/** At most so many of the items, one from every part of the list. */
function evenly<Item>(items: readonly Item[], atMost: number): readonly Item[] {
  if (items.length <= atMost) return items
  return Array.from({ length: atMost }, (_, n) => items[Math.floor((n * items.length) / atMost)]!)
}

/** By its size alone. */
async function placeIn(folder: string, image: ImageFile): Promise<Place> {
  try {
    const file = await trueFile({ folder, path: image.path })
    const found = await stat(file, { bigint: true })
    if (!found.isFile()) return { kind: 'absent' }
    return { kind: Number(found.size) === image.bytes ? 'there' : 'differing', file, modifiedMs: Number(found.mtimeNs) / 1e6 }
  } catch {
    // Gone, not to be read, or leading out of the folder: nothing that an image could be opened from.
    return { kind: 'absent' }
  }
}

/** By its content. */
async function comparedIn(folder: string, image: ImageFile, signal: AbortSignal): Promise<Place> {
  const place = await placeIn(folder, image)
  if (place.kind !== 'there') return place
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(place.file, { highWaterMark: 1 << 18 }), hash, { signal })
  } catch {
    refuseCancelled(signal)
    return { kind: 'absent' }
  }
  return hash.digest().equals(image.contentHash) ? place : { ...place, kind: 'differing' }
}

function nothingThere(source: StoredSource, folder: string, images: number, differing: number, example: string): Failure {
  if (images === 0) return new Failure('invalid-input', `No image of this project came from ${source.folder}, so that there is nothing to find again.`)
  if (differing > 0) return new Failure('invalid-input', `Files lie in ${folder} where images of ${source.folder} would, and all ${differing} have other content than was imported. Choose the folder that holds the same images, or import this one.`)
  return new Failure('invalid-input', `None of the ${images} images of ${source.folder} lies at its path in ${folder}. Expected the folder that ${example} lies in.`)
}

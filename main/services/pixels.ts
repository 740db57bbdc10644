/**
 * Decoded images for the trainer, in `cache/pixels/`: row `image id - 1` of `<size>-<fit>.u8` is uint8 [size, size, 3].
 * `<size>-<fit>.idx` holds, for each row, the first eight bytes of the hash of the file it was decoded from, zeros where
 * there is no row yet. Rows reach the disk before their hashes, so whatever the index names can be trusted; both files can
 * be deleted at any time.
 */
import { mkdirSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { Failure } from '../../shared/failure.ts'
import type { RunConfig } from '../../shared/recipe.ts'
import type { Decoders } from '../importer/decoders.ts'
import type { ImageFile } from '../store/imageFiles.ts'
import { writeAll } from '../writeAll.ts'
import { diskFailure } from './disk.ts'
import { inLanes } from './lanes.ts'
import { isAsImported, trueFile } from './trueFile.ts'

export type PixelShape = Readonly<Pick<RunConfig, 'imageSize' | 'fit'>>

/** An image that cannot be decoded as it was imported. */
interface Unreadable {
  readonly imageId: number
  readonly path: string
  readonly reason: string
}

export interface Pixels {
  readonly file: string
  readonly unreadable: readonly Unreadable[]
}

export interface Preparing {
  /** Images dealt with, of how many. */
  onProgress?(done: number, total: number): void
  readonly signal?: AbortSignal
}

const hashBytes = 8
/** Decoded rows are flushed and entered in the index together, after this many or this much of them. */
const flushRows = 1024
const flushBytes = 64 * 2 ** 20

/**
 * Decodes what the cache lacks, or holds from other content.
 * @throws Failure `cancelled`, `disk`
 */
export async function preparePixels(cache: string, images: readonly ImageFile[], shape: PixelShape, decoders: Decoders, preparing: Preparing = {}): Promise<Pixels> {
  const folder = path.join(cache, 'pixels')
  const name = path.join(folder, `${shape.imageSize}-${shape.fit}`)
  try {
    mkdirSync(folder, { recursive: true })
    const pixels = await open(`${name}.u8`, 'a+').then((created) => created.close().then(() => open(`${name}.u8`, 'r+')))
    try {
      const index = await open(`${name}.idx`, 'a+').then((created) => created.close().then(() => open(`${name}.idx`, 'r+')))
      try {
        return { file: `${name}.u8`, unreadable: await fill(pixels, index, images, shape, decoders, preparing) }
      } finally {
        await index.close()
      }
    } finally {
      await pixels.close()
    }
  } catch (error) {
    throw diskFailure(error, 'The decoded images could not be stored')
  }
}

async function fill(pixels: FileHandle, index: FileHandle, images: readonly ImageFile[], shape: PixelShape, decoders: Decoders, preparing: Preparing): Promise<Unreadable[]> {
  const rowBytes = shape.imageSize ** 2 * 3
  const known = await index.readFile()
  const { size } = await pixels.stat()
  // A write that a full disk or a kill cut short ends within a row; readers expect whole ones.
  if (size % rowBytes !== 0) await pixels.truncate(Math.ceil(size / rowBytes) * rowBytes)
  const absent = images.filter((image) => {
    const at = (image.imageId - 1) * hashBytes
    // A pixel file that lost its end, say by a copy that was cut short, holds fewer rows than the index says.
    return image.imageId * rowBytes > size || !known.subarray(at, at + hashBytes).equals(image.contentHash.subarray(0, hashBytes))
  })

  const unreadable: Unreadable[] = []
  let unflushed: ImageFile[] = []
  let flushing = Promise.resolve()
  const flush = (): Promise<void> => {
    const flushed = unflushed
    unflushed = []
    flushing = flushing.then(async () => {
      await pixels.datasync()
      for (const image of flushed) await writeAll(index, image.contentHash.subarray(0, hashBytes), (image.imageId - 1) * hashBytes)
    })
    return flushing
  }

  let done = images.length - absent.length
  preparing.onProgress?.(done, images.length)
  try {
    await inLanes(decoders.count, absent, async (image) => {
      if (preparing.signal?.aborted) throw new Failure('cancelled', 'Preparing the images was cancelled.')
      try {
        const decoded = await decodeAsImported(image, shape, decoders)
        await writeAll(pixels, decoded, (image.imageId - 1) * rowBytes)
        unflushed.push(image)
        if (unflushed.length >= flushRows || unflushed.length * rowBytes >= flushBytes) await flush()
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'unreadable') throw error
        unreadable.push({ imageId: image.imageId, path: image.path, reason: error.message })
      }
      preparing.onProgress?.((done += 1), images.length)
    })
  } finally {
    await flush()
  }
  return unreadable.sort((a, b) => a.imageId - b.imageId)
}

/** @throws Failure `unreadable`, also where the file's content is not what was imported. */
async function decodeAsImported(image: ImageFile, shape: PixelShape, decoders: Decoders): Promise<Uint8Array> {
  const file = await trueFile(image).catch((error: Failure) => {
    throw error.code === 'not-found' ? new Failure('unreadable', 'the file is gone') : error
  })
  const isKnown = await isAsImported(file, image).catch((error: NodeJS.ErrnoException) => {
    throw new Failure('unreadable', error.code === 'ENOENT' ? 'the file is gone' : `the file cannot be read (${error.code})`)
  })
  if (!isKnown) {
    const { hash } = await decoders.inspect(file)
    if (!Buffer.from(hash).equals(image.contentHash)) throw new Failure('unreadable', 'the file has changed since it was imported')
  }
  return decoders.pixels(file, shape.imageSize, shape.fit)
}

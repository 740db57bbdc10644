/** Batches of pixels from the file that images are decoded to. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { Failure } from '../../shared/failure.ts'
import type { PixelSet } from './contract.ts'

interface Batch {
  /** uint8 [n, size, size, 3] */
  readonly pixels: Uint8Array
  /** [n] */
  readonly labels: Int32Array
}

/** The pixel file: uint8 [rows, size, size, 3]. */
export interface PixelFile {
  readonly size: number
  readBatch(images: PixelSet, order: ArrayLike<number>, from: number, to: number): Batch
  close(): void
}

/** @throws Failure `unreadable` where the file is gone */
export function openPixels(file: string, size: number): PixelFile {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (error) {
    throw new Failure('unreadable', `The decoded images could not be read: ${(error as Error).message}. They are made again when the run is started again.`)
  }
  const bytesPerImage = size * size * 3
  const rows = Math.floor(fstatSync(descriptor).size / bytesPerImage)
  return {
    size,
    readBatch(images, order, from, to) {
      const pixels = new Uint8Array((to - from) * bytesPerImage)
      const labels = new Int32Array(to - from)
      for (let n = from; n < to; n++) {
        const image = order[n]!
        const row = images.rows[image]!
        if (row >= rows) throw new Failure('unreadable', `The decoded images end before row ${row}. ${madeAgain}`)
        readWhole(descriptor, pixels.subarray((n - from) * bytesPerImage, (n - from + 1) * bytesPerImage), row * bytesPerImage)
        labels[n - from] = images.labels[image]!
      }
      return { pixels, labels }
    },
    close: () => closeSync(descriptor),
  }
}

const madeAgain = "Delete the project's cache folder: it is made again when the run is started again."

/** A read may give less than it is asked for; where the file has become shorter there is nothing more to come. */
function readWhole(descriptor: number, into: Uint8Array, position: number): void {
  for (let done = 0; done < into.length; ) {
    const read = readSome(descriptor, into, done, position + done)
    if (read === 0) throw new Failure('unreadable', `The decoded images end at byte ${position + done}, in the middle of an image. ${madeAgain}`)
    done += read
  }
}

function readSome(descriptor: number, into: Uint8Array, done: number, position: number): number {
  try {
    return readSync(descriptor, into, done, into.length - done, position)
  } catch (error) {
    throw new Failure('unreadable', `The decoded images could not be read: ${(error as Error).message}. ${madeAgain}`)
  }
}

/** A set's images in their own order, as many at once as are looked at together. */
export function* inTurn(file: PixelFile, set: PixelSet): Generator<{ readonly from: number; readonly to: number; readonly pixels: Uint8Array }> {
  const order = set.rows.map((_, n) => n)
  const atOnce = imagesAtOnce(file.size)
  for (let from = 0; from < order.length; from += atOnce) {
    const to = Math.min(from + atOnce, order.length)
    yield { from, to, pixels: file.readBatch(set, order, from, to).pixels }
  }
}

/**
 * How many are looked at together where nothing is learnt: as many as fill the processor and no more, 128 of CIFAR's
 * size. Large images come by 16 nevertheless, or a GPU would wait for them.
 */
export function imagesAtOnce(imageSize: number): number {
  return Math.max(16, Math.round(128 * (32 / imageSize) ** 2))
}

/**
 * The random resized crop of ImageNet training (Szegedy et al. 2015), drawn as torchvision draws it, with a flip of half
 * of the images: a part of random area and shape, stretched to the whole. It is taken of the square that the pixel file
 * holds, not of the picture it was made from: what is outside of the square is never seen, and small crops are blurred.
 */
import { below, purposes, uniform } from './random.ts'

export interface Crop {
  /** Whole pixels of the square. */
  readonly top: number
  readonly left: number
  readonly height: number
  readonly width: number
  readonly flipped: boolean
}

const area = { from: 0.08, to: 1 }
const aspect = { from: 3 / 4, to: 4 / 3 }
const tries = 10

/** Boxes stay off the square's edge by this part of a pixel: a place that rounds to beyond it would be black. */
const inset = 1 / 1024

/** Numbers of a box as TensorFlow takes it: top, left, bottom, right. */
export const boxSize = 4

/** @param image the number of its showing: `showingsOf` in order.ts */
export function cropOf(size: number, seed: number, epoch: number, image: number): Crop {
  const keys = [purposes.augmentation, seed, epoch, image] as const
  const flipped = uniform(...keys, 0) < 0.5
  for (let n = 0; n < tries; n++) {
    const draw = (what: number): number => uniform(...keys, 1 + n, what)
    const pixels = size * size * between(area.from, area.to, draw(0))
    const ratio = Math.exp(between(Math.log(aspect.from), Math.log(aspect.to), draw(1)))
    const width = Math.round(Math.sqrt(pixels * ratio))
    const height = Math.round(Math.sqrt(pixels / ratio))
    if (width < 1 || height < 1 || width > size || height > size) continue
    return { top: below(size - height + 1, ...keys, 1 + n, 2), left: below(size - width + 1, ...keys, 1 + n, 3), height, width, flipped }
  }
  // What torchvision falls back to is the largest middle part of an allowed shape: of a square, all of it.
  return { top: 0, left: 0, height: size, width: size, flipped }
}

/**
 * A box for each image of a batch, [n, 4]: the places of the crop's outermost pixels over that of the square's last one.
 * A flipped one has left and right the other way round.
 * @param showings as `Augmentation.feeds` takes them
 */
export function boxesOf(showings: ArrayLike<number>, from: number, to: number, draw: { readonly size: number; readonly seed: number; readonly epoch: number }): Float32Array {
  const boxes = new Float32Array((to - from) * boxSize)
  for (let n = from; n < to; n++) boxes.set(boxOf(cropOf(draw.size, draw.seed, draw.epoch, showings[n]!), draw.size), (n - from) * boxSize)
  return boxes
}

export function boxOf({ top, left, height, width, flipped }: Crop, size: number): [top: number, left: number, bottom: number, right: number] {
  const place = (pixel: number): number => Math.min(Math.max(pixel, inset), size - 1 - inset) / (size - 1)
  const [first, end] = [place(left), place(left + width - 1)]
  return [place(top), flipped ? end : first, place(top + height - 1), flipped ? first : end]
}

function between(low: number, high: number, share: number): number {
  return low + (high - low) * share
}

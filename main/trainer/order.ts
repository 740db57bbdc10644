/** Which images an epoch trains on, in which order: a pure function of (seed, epoch), so that a resumed run goes on with the same. */
import type { RunConfig } from '../../shared/recipe.ts'
import type { PixelSet } from './contract.ts'
import { permutation, purposes } from './random.ts'
import { isResampled } from './schedule.ts'

type Sampling = Pick<RunConfig, 'seed' | 'resample' | 'reweightEpoch'>

export interface EpochPlan {
  /** Counted from 1. */
  readonly epoch: number
  /** Places in the set, as many as it has images. */
  readonly order: Uint32Array
  /**
   * A number for each place of the order that its augmentation is drawn by: the image's row the first time it is shown,
   * another whenever it is shown again, so that a rare image does not come back as the very same pixels.
   */
  readonly showings: Uint32Array
}

/** @param epoch counted from 1 */
export function epochPlan({ rows, labels }: PixelSet, sampling: Sampling, epoch: number): EpochPlan {
  const order = epochOrder(labels, sampling, epoch)
  return { epoch, order, showings: showingsOf(rows, order) }
}

/**
 * Each image once, or classes drawn equally often.
 * @param labels class of each image
 */
function epochOrder(labels: Uint32Array, sampling: Sampling, epoch: number): Uint32Array {
  const { seed } = sampling
  return isResampled(epoch, sampling) ? balancedOrder(labels, seed, epoch) : permutation(labels.length, purposes.order, seed, epoch)
}

/**
 * Class-balanced sampling (Kang et al. 2020, section 3): round after round through the classes that have images, each
 * round in an order of its own; a class shows its images in rounds of its own, each image once before any comes again.
 */
function balancedOrder(labels: Uint32Array, seed: number, epoch: number): Uint32Array {
  const classes = imagesByClass(labels)
  const shown = classes.map((): ArrayLike<number> => [])
  let turns: ArrayLike<number> = []
  return labels.map((_, draw) => {
    const round = Math.floor(draw / classes.length)
    const turn = draw % classes.length
    if (turn === 0) turns = permutation(classes.length, purposes.classes, seed, epoch, round)
    const c = turns[turn]!
    const images = classes[c]!
    // Every class has had one image in each round before.
    const at = round % images.length
    if (at === 0) shown[c] = permutation(images.length, purposes.imagesOfClass, seed, epoch, images[0]!, round)
    return images[shown[c]![at]!]!
  })
}

/** Of every class that has any. */
function imagesByClass(labels: Uint32Array): number[][] {
  const classes = new Map<number, number[]>()
  for (const [image, label] of labels.entries()) {
    const images = classes.get(label)
    if (images) images.push(image)
    else classes.set(label, [image])
  }
  return [...classes.values()]
}

function showingsOf(rows: Uint32Array, order: Uint32Array): Uint32Array {
  const stride = 1 + rows.reduce((largest, row) => Math.max(largest, row), 0)
  const shown = new Uint32Array(rows.length)
  return order.map((image) => rows[image]! + stride * shown[image]!++)
}

/**
 * Mixup (Zhang et al. 2018): every image is mixed with a partner, w x + (1 - w) x', and so is its loss. One weight is
 * drawn for a step; partners are a permutation of the images that go through together.
 */
import { add, multiply, subtract } from './graph/arithmetic.ts'
import { placeholder, scalar, unknownSize, type Graph, type Tensor } from './graph/graph.ts'
import type { Values } from './graph/session.ts'
import { gather } from './graph/shaping.ts'
import { permutation, purposes, symmetricBeta } from './random.ts'

/** Both are fed. */
export interface Mixup {
  readonly weight: Tensor
  /** int32 [n] */
  readonly partners: Tensor
}

export function mixup(graph: Graph): Mixup {
  return { weight: placeholder(graph, 'mixup/weight', 'float32', []), partners: placeholder(graph, 'mixup/partners', 'int32', [unknownSize]) }
}

/** @param images normalised, [n, s, s, 3] */
export function mixedImages(images: Tensor, { weight, partners }: Mixup): Tensor {
  return add(multiply(images, weight), multiply(gather(images, partners), rest(weight)))
}

/** w times the loss of the images' own labels and 1 - w times that of their partners'. */
export function mixedLoss(lossOf: (labels: Tensor) => Tensor, labels: Tensor, { weight, partners }: Mixup): Tensor {
  return add(multiply(lossOf(labels), weight), multiply(lossOf(gather(labels, partners)), rest(weight)))
}

interface Draw {
  /** Alpha of the Beta distribution that the weight is drawn from. */
  readonly mixup: number
  readonly seed: number
  /** Counted from 1. */
  readonly epoch: number
  /** Of the epoch's steps, counted from 0. */
  readonly step: number
}

/** @param part of the step's batch, counted from 0, with so many images */
export function mixupFeeds({ weight, partners }: Mixup, { mixup: alpha, seed, epoch, step }: Draw, part: number, images: number): [Tensor, Values][] {
  return [
    [weight, Float32Array.of(symmetricBeta(alpha, purposes.mixupWeight, seed, epoch, step))],
    [partners, Int32Array.from(permutation(images, purposes.mixupPartners, seed, epoch, step, part))],
  ]
}

function rest(weight: Tensor): Tensor {
  return subtract(scalar(weight.operation.graph, 1), weight)
}

/**
 * The CIFAR augmentation as one matrix for each image: a crop of the zero-padded image, a flip, a rotation. Drawn as a
 * pure function of (seed, epoch, image), so that a resumed run sees the same pixels. Being one
 * resampling, it rounds places once; and it turns pixels in from beyond the crop, where a rotation after the crop fills
 * its corners with zeros.
 */
import { below, purposes, uniform } from './random.ts'

const rotationDegrees = 15

/** Numbers of a projective transform in TensorFlow's order: a0 a1 a2 b0 b1 b2 c0 c1. */
export const transformSize = 8

export interface Transform {
  /** Pixels that the crop moves right and down, each in [-size / 8, size / 8]. */
  readonly right: number
  readonly down: number
  readonly flipped: boolean
  readonly radians: number
}

/** @param image the number of its showing: `showingsOf` in order.ts */
export function transformOf(size: number, seed: number, epoch: number, image: number): Transform {
  const padding = Math.round(size / 8) // 4 of 32
  const keys = [purposes.augmentation, seed, epoch, image] as const
  return {
    right: below(2 * padding + 1, ...keys, 0) - padding,
    down: below(2 * padding + 1, ...keys, 1) - padding,
    flipped: uniform(...keys, 2) < 0.5,
    radians: ((2 * uniform(...keys, 3) - 1) * rotationDegrees * Math.PI) / 180,
  }
}

/**
 * The matrix that takes a place in the augmented image to the place in the original that it shows:
 * x' = a0 x + a1 y + a2, y' = b0 x + b1 y + b2. Written to `into` from `at` on.
 */
export function writeTransform({ right, down, flipped, radians }: Transform, size: number, into: Float32Array, at: number): void {
  const centre = (size - 1) / 2
  const cos = Math.cos(radians)
  const sin = Math.sin(radians)
  // Rotation about the centre, in the augmented image ...
  const x = [cos, -sin, centre - cos * centre + sin * centre] as const
  const y = [sin, cos, centre - sin * centre - cos * centre] as const
  // ... then the flip and the crop, towards the original.
  const sign = flipped ? -1 : 1
  into.set([sign * x[0], sign * x[1], (flipped ? size - 1 - x[2] : x[2]) + right, y[0], y[1], y[2] + down, 0, 0], at)
}

/** A matrix for each image of a batch, [n, 8]. @param showings as `Augmentation.feeds` takes them */
export function transformsOf(showings: ArrayLike<number>, from: number, to: number, draw: { readonly size: number; readonly seed: number; readonly epoch: number }): Float32Array {
  const transforms = new Float32Array((to - from) * transformSize)
  for (let n = from; n < to; n++) writeTransform(transformOf(draw.size, draw.seed, draw.epoch, showings[n]!), draw.size, transforms, (n - from) * transformSize)
  return transforms
}

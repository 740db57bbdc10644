/** From pixels as they are stored to what a network takes. */
import type { Backbone } from '../../../shared/recipe.ts'
import { add, cast, divide, multiply, subtract } from './arithmetic.ts'
import { apply, constant, integers, scalar, typed, type Tensor } from './graph.ts'

interface Channels {
  readonly mean: readonly [red: number, green: number, blue: number]
  readonly deviation: readonly [red: number, green: number, blue: number]
}

/** Of the data sets that the backbones are usually trained on, in [0, 1]. */
const cifar: Channels = { mean: [0.4914, 0.4822, 0.4465], deviation: [0.2023, 0.1994, 0.201] }
const imagenet: Channels = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }

/** [n, s, s, 3], 0 to 255 -> float32, less the mean and over the deviation that the backbone expects. */
export function normalizePixels(pixels: Tensor, backbone: Backbone): Tensor {
  const { graph } = pixels.operation
  const { mean, deviation } = channelsFor(backbone)
  const channels = (values: readonly number[]): Tensor => constant(graph, Float32Array.from(values, (value) => value * 255), [3])
  return divide(subtract(cast(pixels, 'float32'), channels(mean)), channels(deviation))
}

/** Images that were normalised for one backbone as another one expects them. */
export function renormalize(images: Tensor, from: Backbone, to: Backbone): Tensor {
  const [old, wanted] = [channelsFor(from), channelsFor(to)]
  if (old === wanted) return images
  // x sd + m is the pixel: ((x sd + m) - m') / sd'
  const channels = (values: readonly number[]): Tensor => constant(images.operation.graph, Float32Array.from(values), [3])
  const factors = channels(old.deviation.map((deviation, c) => deviation / wanted.deviation[c]!))
  return add(multiply(images, factors), channels(old.mean.map((mean, c) => (mean - wanted.mean[c]!) / wanted.deviation[c]!)))
}

function channelsFor(backbone: Backbone): Channels {
  return backbone === 'resnet32' ? cifar : imagenet
}

/**
 * Resamples each image: its pixel nearest to where the matrix leads, black where that lies outside.
 * @param images uint8 [n, s, s, 3]
 * @param matrices [n, 8], from places in the result to places in the image
 */
export function transformImages(images: Tensor, matrices: Tensor): Tensor {
  const { graph } = images.operation
  const [, height, width] = images.shape
  return apply('ImageProjectiveTransformV3', [images, matrices, integers(graph, [height!, width!]), scalar(graph, 0)], images.shape, null, {
    dtype: { type: images.dtype },
    interpolation: { text: 'NEAREST' },
    fill_mode: { text: 'CONSTANT' },
  })
}

/**
 * A part of each image stretched to the whole, bilinearly; the outermost pixels of the part become those of the result.
 * @param images uint8 [n, s, s, 3]
 * @param boxes [n, 4]: top, left, bottom, right, in parts of the way from the first pixel to the last; where right comes
 *   before left the part is flipped
 * @param places int32 [n]: 0, 1, ... n - 1
 * @returns float32 [n, s, s, 3], 0 to 255
 */
export function cropImages(images: Tensor, boxes: Tensor, places: Tensor): Tensor {
  const [, height, width] = images.shape
  // On a GPU there is a kernel for floats only.
  const pixels = cast(images, 'float32')
  return apply('CropAndResize', [pixels, boxes, places, integers(images.operation.graph, [height!, width!])], images.shape, null, {
    ...typed(pixels),
    method: { text: 'bilinear' },
    extrapolation_value: { float: 0 },
  })
}

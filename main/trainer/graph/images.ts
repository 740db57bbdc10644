/** From pixels as they are stored to what a network takes. */
import { cast, divide, subtract } from './arithmetic.ts'
import { apply, constant, integers, scalar, type Tensor } from './graph.ts'

/** Of CIFAR's red, green and blue in [0, 1]. */
const cifarMean = [0.4914, 0.4822, 0.4465]
const cifarDeviation = [0.2023, 0.1994, 0.201]

/** uint8 [n, s, s, 3] -> float32, less the mean and over the deviation. */
export function normalizePixels(pixels: Tensor): Tensor {
  const { graph } = pixels.operation
  const channels = (values: readonly number[]): Tensor => constant(graph, Float32Array.from(values, (value) => value * 255), [3])
  return divide(subtract(cast(pixels, 'float32'), channels(cifarMean)), channels(cifarDeviation))
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

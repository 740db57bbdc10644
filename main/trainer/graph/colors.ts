/** Colours changed image by image, as torchvision's transforms do it. */
import { add, clip, multiply, subtract } from './arithmetic.ts'
import { constant, type Tensor } from './graph.ts'
import { mean } from './mean.ts'
import { sum } from './reduce.ts'
import { reshape, slice } from './shaping.ts'

/** Of red, green and blue in what the eye takes for their brightness (ITU-R BT.601). */
const luma = [0.2989, 0.587, 0.114]

const brightest = 255

/**
 * Blends each image with black, its mean grey, or its own grey version, three times over:
 * x <- factor x + (1 - factor) other, kept within 0 and 255.
 * @param images float32 [n, s, s, 3], 0 to 255
 * @param steps [n, 3, 3]: factor, 1 for contrast, 1 for saturation; neither for brightness
 */
export function changeColors(images: Tensor, steps: Tensor): Tensor {
  let x = images
  for (let step = 0; step < steps.shape[1]!; step++) {
    const [factor, contrast, saturation] = [0, 1, 2].map((n) => reshape(slice(steps, [0, step, n], [-1, 1, 1]), [-1, 1, 1, 1]))
    const gray = sum(multiply(x, constant(x.operation.graph, Float32Array.from(luma), [3])), [3], true) // [n, s, s, 1]
    const meanGray = reshape(mean(gray, [1, 2, 3]), [-1, 1, 1, 1])
    const other = add(multiply(meanGray, contrast!), multiply(gray, saturation!))
    x = clip(add(multiply(subtract(x, other), factor!), other), 0, brightest)
  }
  return x
}

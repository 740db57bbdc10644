/** What the graph makes of images, against the same worked out pixel by pixel. */
import { describe, expect, it } from 'vitest'
import { configOf, RunRequestSchema, type RunConfig } from '../../shared/recipe.ts'
import { checked } from '../../shared/rpc.ts'
import { augmentation } from './augmentation.ts'
import { colorStepsOf, type ColorStep } from './colorJitter.ts'
import { Graph, placeholder } from './graph/graph.ts'
import { loadTensorFlow } from './graph/native.ts'
import { openSession } from './graph/session.ts'
import { uniform } from './random.ts'
import { cropOf, type Crop } from './resizedCrop.ts'

const size = 12
const showings = Array.from({ length: 24 }, (_, n) => 100 + n)
const images = Uint8Array.from({ length: showings.length * size * size * 3 }, (_, i) => 256 * uniform(i))
const epoch = 1
const mean = [0.485, 0.456, 0.406]
const deviation = [0.229, 0.224, 0.225]

/** The images as the network sees them. */
function augmented(config: RunConfig, pixels: Uint8Array, shown: readonly number[] = showings): Float32Array {
  const graph = new Graph()
  const fed = placeholder(graph, 'pixels', 'uint8', [-1, config.imageSize, config.imageSize, 3])
  const { images: changed, feeds } = augmentation(graph, fed, config)
  const session = openSession(loadTensorFlow('cpu'), graph)
  try {
    return session.run([[fed, pixels], ...feeds(shown, 0, shown.length, epoch)], [changed])[0] as Float32Array
  } finally {
    session.close()
  }
}

function configured(colorJitter: number, changes: Partial<RunConfig> = {}): RunConfig {
  return { ...configOf(checked(RunRequestSchema, { preset: 'imagenet-lt', backbone: 'resnet10', seed: 7 }, 'request')), imageSize: size, colorJitter, ...changes }
}

type Color = readonly [number, number, number]

function pixel(image: number, y: number, x: number): Color {
  const at = ((image * size + y) * size + x) * 3
  return [images[at]! / 255, images[at + 1]! / 255, images[at + 2]! / 255]
}

/** Row by row, each of [0, 1]: pixel k of the result lies k / (size - 1) of the way through the crop. */
function croppedBy({ top, left, height, width, flipped }: Crop, image: number): Color[] {
  return Array.from({ length: size * size }, (_, place) => {
    const down = Math.floor(place / size)
    const right = flipped ? size - 1 - (place % size) : place % size
    const y = top + (down * (height - 1)) / (size - 1)
    const x = left + (right * (width - 1)) / (size - 1)
    const [y0, x0] = [Math.floor(y), Math.floor(x)]
    const [y1, x1] = [Math.min(y0 + 1, size - 1), Math.min(x0 + 1, size - 1)]
    return mapped((c) => {
      const above = pixel(image, y0, x0)[c]! * (1 - (x - x0)) + pixel(image, y0, x1)[c]! * (x - x0)
      const below = pixel(image, y1, x0)[c]! * (1 - (x - x0)) + pixel(image, y1, x1)[c]! * (x - x0)
      return above * (1 - (y - y0)) + below * (y - y0)
    })
  })
}

function recolored(colors: readonly Color[], { change, factor }: ColorStep): Color[] {
  const grays = colors.map(([red, green, blue]) => 0.2989 * red + 0.587 * green + 0.114 * blue)
  const gray = grays.reduce((sum, one) => sum + one, 0) / grays.length
  return colors.map((color, n) => {
    const other = change === 'brightness' ? 0 : change === 'contrast' ? gray : grays[n]!
    return mapped((c) => Math.min(1, Math.max(0, factor * color[c]! + (1 - factor) * other)))
  })
}

function mapped(value: (c: number) => number): Color {
  return [value(0), value(1), value(2)]
}

/** The largest difference, the result taken back to [0, 1]. */
function worst(got: Float32Array, wanted: readonly Color[]): number {
  return Math.max(...wanted.flatMap((color, place) => color.map((value, c) => Math.abs(got[place * 3 + c]! * deviation[c]! + mean[c]! - value))))
}

describe('resized crops', () => {
  it('show their part of the image, flipped or not', () => {
    const got = augmented(configured(0), images)
    const crops = showings.map((showing) => cropOf(size, 7, epoch, showing))
    expect(new Set(crops.map(({ flipped }) => flipped)).size).toBe(2)
    const wanted = crops.flatMap((crop, n) => croppedBy(crop, n))
    // Boxes stay off the edge by a thousandth of a pixel.
    expect(worst(got, wanted)).toBeLessThan(2e-3)
  })

  it('change brightness, contrast and saturation in the order drawn', () => {
    // Strong, so that colours are cut off on both sides.
    const got = augmented(configured(0.9), images)
    const wanted = showings.flatMap((showing, n) => colorStepsOf(0.9, 7, epoch, showing).reduce(recolored, croppedBy(cropOf(size, 7, epoch, showing), n)))
    expect(Math.min(...wanted.flat())).toBe(0)
    expect(Math.max(...wanted.flat())).toBe(1)
    // That thousandth grows with the factors, up to 1.9 each.
    expect(worst(got, wanted)).toBeLessThan(1e-2)
  })

  it('have no black edge, wherever they lie', () => {
    const large = 224
    // Crops whose last row would round to 223.00002 of 223, as one in some thousands does.
    const unlucky = [2660, 3236, 6899, 11476]
    const got = augmented(configured(0, { imageSize: large, seed: 0 }), new Uint8Array(unlucky.length * large * large * 3).fill(255), unlucky)
    const white = mapped((c) => (1 - mean[c]!) / deviation[c]!)
    let darkest = 0
    for (const [i, value] of got.entries()) darkest = Math.max(darkest, white[i % 3]! - value)
    expect(darkest).toBeLessThan(1e-3)
  })
})

it('leaves images alone where none is asked for', () => {
  const got = augmented(configured(0.4, { augment: false }), images)
  const wanted = Array.from({ length: showings.length * size * size }, (_, place) => mapped((c) => images[place * 3 + c]! / 255))
  expect(worst(got, wanted)).toBeLessThan(1e-6)
})

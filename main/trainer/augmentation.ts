/** What happens to training images in the graph, and the numbers that it is fed for it. */
import type { RunConfig } from '../../shared/recipe.ts'
import { transformSize, transformsOf } from './shiftAndTurn.ts'
import { colorChanges, colorsOf, stepSize } from './colorJitter.ts'
import { changeColors } from './graph/colors.ts'
import { placeholder, unknownSize, type Graph, type Tensor } from './graph/graph.ts'
import { cropImages, normalizePixels, transformImages } from './graph/images.ts'
import type { Values } from './graph/session.ts'
import { boxesOf, boxSize } from './resizedCrop.ts'

export interface Augmentation {
  /** Changed and normalised, float32 [n, s, s, 3]. */
  readonly images: Tensor
  /**
   * What to feed for an epoch's images from place `from` to before `to`, beside their pixels: a pure function of (seed,
   * epoch, showing), so that a resumed run sees the same.
   * @param showings a number for each place in the epoch, an image's own: its row in the pixel file the first time
   * @param epoch counted from 1
   */
  feeds(showings: ArrayLike<number>, from: number, to: number, epoch: number): [Tensor, Values][]
}

type Choice = Pick<RunConfig, 'backbone' | 'augment' | 'augmentation' | 'colorJitter' | 'imageSize' | 'seed'>

/** @param pixels uint8 [n, s, s, 3] */
export function augmentation(graph: Graph, pixels: Tensor, config: Choice): Augmentation {
  if (!config.augment) return { images: normalizePixels(pixels, config.backbone), feeds: () => [] }
  switch (config.augmentation) {
    case 'cifar':
      return shiftedAndTurned(graph, pixels, config)
    case 'resized-crop':
      return croppedAndColored(graph, pixels, config)
  }
}

function shiftedAndTurned(graph: Graph, pixels: Tensor, { backbone, imageSize: size, seed }: Choice): Augmentation {
  const matrices = placeholder(graph, 'matrices', 'float32', [unknownSize, transformSize])
  return {
    images: normalizePixels(transformImages(pixels, matrices), backbone),
    feeds: (showings, from, to, epoch) => [[matrices, transformsOf(showings, from, to, { size, seed, epoch })]],
  }
}

function croppedAndColored(graph: Graph, pixels: Tensor, { backbone, colorJitter: strength, imageSize: size, seed }: Choice): Augmentation {
  const boxes = placeholder(graph, 'boxes', 'float32', [unknownSize, boxSize])
  const places = placeholder(graph, 'places', 'int32', [unknownSize])
  const cropped = cropImages(pixels, boxes, places)
  const cropFeeds: Augmentation['feeds'] = (showings, from, to, epoch) => [
    [boxes, boxesOf(showings, from, to, { size, seed, epoch })],
    [places, Int32Array.from({ length: to - from }, (_, n) => n)],
  ]
  if (strength === 0) return { images: normalizePixels(cropped, backbone), feeds: cropFeeds }
  const colors = placeholder(graph, 'colors', 'float32', [unknownSize, colorChanges.length, stepSize])
  return {
    images: normalizePixels(changeColors(cropped, colors), backbone),
    feeds: (showings, from, to, epoch) => [...cropFeeds(showings, from, to, epoch), [colors, colorsOf(showings, from, to, { strength, seed, epoch })]],
  }
}

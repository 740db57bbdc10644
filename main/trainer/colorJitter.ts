/** Brightness, contrast and saturation changed at random, drawn as torchvision's colour jitter draws them. */
import { permutation, purposes, uniform } from './random.ts'

export const colorChanges = ['brightness', 'contrast', 'saturation'] as const

export interface ColorStep {
  readonly change: (typeof colorChanges)[number]
  /** 1 leaves the image as it is, 0 takes its brightness, contrast or saturation away. */
  readonly factor: number
}

/** One after another, each change once. */
export type ColorSteps = readonly [ColorStep, ColorStep, ColorStep]

/** Numbers of a step as the graph takes it: the factor, whether it is the contrast, whether the saturation. */
export const stepSize = 3

/**
 * @param strength the factors lie within 1 - strength and 1 + strength
 * @param image the number of its showing: `showingsOf` in order.ts
 */
export function colorStepsOf(strength: number, seed: number, epoch: number, image: number): ColorSteps {
  const keys = [purposes.augmentation, seed, epoch, image] as const
  const order = permutation(colorChanges.length, ...keys, 100)
  const step = (n: number): ColorStep => {
    const which = order[n]!
    return { change: colorChanges[which]!, factor: Math.max(0, 1 + strength * (2 * uniform(...keys, 101, which) - 1)) }
  }
  return [step(0), step(1), step(2)]
}

/** The steps of each image of a batch, [n, 3, 3]. @param showings as `Augmentation.feeds` takes them */
export function colorsOf(showings: ArrayLike<number>, from: number, to: number, draw: { readonly strength: number; readonly seed: number; readonly epoch: number }): Float32Array {
  const colors = new Float32Array((to - from) * colorChanges.length * stepSize)
  for (let n = from; n < to; n++) colors.set(numbersOf(colorStepsOf(draw.strength, draw.seed, draw.epoch, showings[n]!)), (n - from) * colorChanges.length * stepSize)
  return colors
}

export function numbersOf(steps: ColorSteps): number[] {
  return steps.flatMap(({ change, factor }) => [factor, Number(change === 'contrast'), Number(change === 'saturation')])
}

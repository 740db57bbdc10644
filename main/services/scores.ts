/** From what the trainer answers about images to what is kept and shown. */
import type { Evaluation, Routed } from '../../shared/contract/runs.ts'
import type { ClassResult } from '../../shared/contract/confusions.ts'
import { accuracyOf, classScoresOf, confusionsOf, meanByGroup, type ConfusionCount } from '../../shared/metrics.ts'
import type { RunConfig } from '../../shared/recipe.ts'
import { groupOf, headFirst } from '../../shared/tail.ts'
import { gigaflopsOf, gigaflopsOfAll } from './routerCost.ts'
import type { EvaluateResult, PixelSet } from '../trainer/contract.ts'
import type { StoredGuess, StoredPrediction } from '../store/evaluations.ts'
import type { LabelledImage, RunClass, RunRecord } from '../store/runs.ts'

/** Best guesses kept for each image: as many as keys 1 to 9 can relabel it with. */
export const guessesKept = 9

/** Images as the trainer finds them in the pixel cache. */
export function pixelSet(images: readonly LabelledImage[]): PixelSet {
  return { rows: Uint32Array.from(images, ({ imageId }) => imageId - 1), labels: Uint32Array.from(images, ({ position }) => position) }
}

export type Figures = Omit<Evaluation, 'split'>

/** Figures of the first guesses, of every expert alone, and of what a router saves. `actual` are class indices. */
export function figuresOf(result: EvaluateResult, actual: ArrayLike<number>, classes: readonly RunClass[], { config, threshold }: Pick<RunRecord, 'config' | 'threshold'>): Figures {
  const trainCounts = classes.map(({ train }) => train)
  const experts = actual.length > 0 ? result.expertClasses.length / actual.length : 0
  const first = firstGuesses(result)
  const { routing, fast } = result
  return {
    images: actual.length,
    ...accuracyOf(actual, first, trainCounts),
    experts: Array.from({ length: experts }, (_, expert) => accuracyOf(actual, strided(result.expertClasses, expert, experts), trainCounts)),
    expertsUsed: meanByGroup(result.expertsAsked, actual, trainCounts).all ?? 0,
    imagesPerSecond: result.imagesPerSecond,
    routing: routing && threshold !== null
      ? {
          threshold,
          measuredAt: threshold,
          ...useOf(result.expertsAsked, actual, trainCounts, config),
          allExperts: {
            ...accuracyOf(actual, routing.allExpertsClasses, trainCounts),
            gigaflops: gigaflopsOfAll(config, classes.length),
            imagesPerSecond: routing.allExpertsImagesPerSecond,
          },
        }
      : null,
    fast: fast && {
      type: fast.type,
      imagesPerSecond: fast.imagesPerSecond,
      exactImagesPerSecond: fast.exactImagesPerSecond,
      flips: first.reduce((flips, predicted, n) => flips + (predicted === fast.classes[n] ? 0 : 1), 0),
      ...accuracyOf(actual, fast.classes, trainCounts),
    },
  }
}

/** Experts that a router asked, and what that cost a sample. */
export function useOf(expertsAsked: ArrayLike<number>, actual: ArrayLike<number>, trainCounts: readonly number[], config: RunConfig): Pick<Routed, 'expertsUsed' | 'gigaflops'> {
  const cost = gigaflopsOf(config, trainCounts.length)
  return {
    expertsUsed: meanByGroup(expertsAsked, actual, trainCounts),
    gigaflops: meanByGroup(Float64Array.from(expertsAsked, (asked) => cost[asked - 1]!), actual, trainCounts),
  }
}

/** Each image's guesses as they are stored: class ids for class indices. */
export function* predictionsOf(result: EvaluateResult, images: readonly LabelledImage[], classes: readonly RunClass[]): Generator<StoredPrediction> {
  const experts = result.expertClasses.length / images.length
  const guess = (at: Uint32Array, probabilities: Float32Array, n: number): StoredGuess => [classes[at[n]!]!.classId, rounded(probabilities[n]!)]
  for (const [n, image] of images.entries()) {
    const guesses = Array.from({ length: result.guesses }, (_, rank) => guess(result.guessClasses, result.guessProbabilities, n * result.guesses + rank))
    yield {
      imageId: image.imageId,
      actual: classes[image.position]!.classId,
      predicted: guesses[0]![0],
      guesses,
      experts: Array.from({ length: experts }, (_, expert) => guess(result.expertClasses, result.expertProbabilities, n * experts + expert)),
      expertsAsked: result.expertsAsked[n]!,
    }
  }
}

/** Recall and precision of the run's classes, head first. `cells` name classes by their index. */
export function classResultsOf(cells: readonly ConfusionCount[], classes: readonly RunClass[]): ClassResult[] {
  const scores = classScoresOf(cells, classes.length)
  return classes
    .map(({ classId, name, train }, position) => Object.assign({ classId, name, group: groupOf(train), train }, scores[position]!))
    .sort(headFirst)
}

export function confusionsOfResult(result: EvaluateResult, actual: ArrayLike<number>, classes: readonly RunClass[]): ConfusionCount[] {
  return confusionsOf(actual, firstGuesses(result), classes.length)
}

function firstGuesses(result: EvaluateResult): Uint32Array {
  return strided(result.guessClasses, 0, result.guesses)
}

function strided(values: Uint32Array, first: number, stride: number): Uint32Array {
  return values.filter((_, n) => n % stride === first)
}

/** A probability as float32 has nothing to say beyond the sixth digit, and takes three times the room. */
function rounded(probability: number): number {
  return Math.round(probability * 1e6) / 1e6
}

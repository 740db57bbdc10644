/** From what the trainer answers about images to what is kept and shown. */
import type { Evaluation } from '../../shared/contract/runs.ts'
import type { ClassResult } from '../../shared/contract/confusions.ts'
import { accuracyOf, classScoresOf, confusionsOf, type ConfusionCount } from '../../shared/metrics.ts'
import { groupOf, headFirst } from '../../shared/tail.ts'
import type { EvaluateResult, PixelSet } from '../trainer/contract.ts'
import type { StoredGuess, StoredPrediction } from '../store/evaluations.ts'
import type { LabelledImage, RunClass } from '../store/runs.ts'

/** Best guesses kept for each image: as many as keys 1 to 9 can relabel it with. */
export const guessesKept = 9

/** Images as the trainer finds them in the pixel cache. */
export function pixelSet(images: readonly LabelledImage[]): PixelSet {
  return { rows: Uint32Array.from(images, ({ imageId }) => imageId - 1), labels: Uint32Array.from(images, ({ position }) => position) }
}

export type Figures = Omit<Evaluation, 'split'>

/** Figures of the mean's first guesses, and of every expert alone. `actual` are class indices. */
export function figuresOf(result: EvaluateResult, actual: ArrayLike<number>, classes: readonly RunClass[]): Figures {
  const trainCounts = classes.map(({ train }) => train)
  const experts = actual.length > 0 ? result.expertClasses.length / actual.length : 0
  return {
    images: actual.length,
    ...accuracyOf(actual, firstGuesses(result), trainCounts),
    experts: Array.from({ length: experts }, (_, expert) => accuracyOf(actual, strided(result.expertClasses, expert, experts), trainCounts)),
    expertsUsed: actual.length > 0 ? result.expertsAsked.reduce((sum, asked) => sum + asked, 0) / actual.length : 0,
    imagesPerSecond: result.imagesPerSecond,
    routing: null,
    fast: null,
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

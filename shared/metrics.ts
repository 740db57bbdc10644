/** Accuracy and confusion arithmetic, used by the trainer's evaluation and by the charts alike. */
import { groupOf, type Group } from './tail.ts'

export interface Accuracy {
  /** Fractions in [0, 1]; null where there is no image to count. */
  readonly top1: number | null
  readonly many: number | null
  readonly medium: number | null
  readonly few: number | null
}

/**
 * Top-1 accuracy, overall and by group: the share of images that are right. A class's group follows from its training
 * count, an image's from its true class.
 * @param actual true class index of each image
 * @param predicted predicted class index of each image
 * @param trainCounts training images of each class
 */
export function accuracyOf(actual: ArrayLike<number>, predicted: ArrayLike<number>, trainCounts: readonly number[]): Accuracy {
  const seen: Record<Group | 'all', number> = { all: 0, many: 0, medium: 0, few: 0 }
  const right = { ...seen }
  for (let n = 0; n < actual.length; n++) {
    const group = groupOf(trainCounts[actual[n]!] ?? 0)
    const hit = actual[n] === predicted[n] ? 1 : 0
    seen.all += 1
    seen[group] += 1
    right.all += hit
    right[group] += hit
  }
  const share = (key: Group | 'all'): number | null => (seen[key] ? right[key] / seen[key] : null)
  return { top1: share('all'), many: share('many'), medium: share('medium'), few: share('few') }
}

/** Mean of a number of each image, overall and by the group of the image's true class; null where there is no image. */
export function meanByGroup(values: ArrayLike<number>, actual: ArrayLike<number>, trainCounts: readonly number[]): Record<Group | 'all', number | null> {
  const seen: Record<Group | 'all', number> = { all: 0, many: 0, medium: 0, few: 0 }
  const sum = { ...seen }
  for (let n = 0; n < actual.length; n++) {
    for (const key of ['all', groupOf(trainCounts[actual[n]!] ?? 0)] as const) {
      seen[key] += 1
      sum[key] += values[n]!
    }
  }
  const mean = (key: Group | 'all'): number | null => (seen[key] ? sum[key] / seen[key] : null)
  return { all: mean('all'), many: mean('many'), medium: mean('medium'), few: mean('few') }
}

/** Wilson's score interval for a share of `right` in `seen` at 95 %; null where nothing was seen. */
export function wilsonInterval(right: number, seen: number): readonly [low: number, high: number] | null {
  if (seen === 0) return null
  const z = 1.959964
  const share = right / seen
  const centre = (share + (z * z) / (2 * seen)) / (1 + (z * z) / seen)
  const half = (z / (1 + (z * z) / seen)) * Math.sqrt((share * (1 - share)) / seen + (z * z) / (4 * seen * seen))
  return [Math.max(0, centre - half), Math.min(1, centre + half)]
}

export interface ConfusionCount {
  readonly actual: number
  readonly predicted: number
  readonly count: number
}

/** The cells of a confusion matrix that hold anything, diagonal included, in order of true then predicted class. */
export function confusionsOf(actual: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): ConfusionCount[] {
  const counts = new Map<number, number>()
  for (let n = 0; n < actual.length; n++) {
    const cell = actual[n]! * classes + predicted[n]!
    counts.set(cell, (counts.get(cell) ?? 0) + 1)
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([cell, count]) => ({ actual: Math.floor(cell / classes), predicted: cell % classes, count }))
}

export interface ClassScore {
  readonly support: number
  readonly correct: number
  readonly predicted: number
  /** correct / support, null where the class has no image. */
  readonly recall: number | null
  /** correct / predicted, null where nothing was taken for the class. */
  readonly precision: number | null
}

/** Recall and precision of every class from the cells of its confusion matrix. */
export function classScoresOf(cells: readonly ConfusionCount[], classes: number): ClassScore[] {
  const support = new Array<number>(classes).fill(0)
  const predicted = new Array<number>(classes).fill(0)
  const correct = new Array<number>(classes).fill(0)
  for (const cell of cells) {
    support[cell.actual]! += cell.count
    predicted[cell.predicted]! += cell.count
    if (cell.actual === cell.predicted) correct[cell.actual]! += cell.count
  }
  return support.map((seen, c) => ({
    support: seen,
    correct: correct[c]!,
    predicted: predicted[c]!,
    recall: seen ? correct[c]! / seen : null,
    precision: predicted[c] ? correct[c]! / predicted[c] : null,
  }))
}

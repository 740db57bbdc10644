/** Cross entropy and its relatives, each the mean of the images weighted by their classes. */
import { add, divide, exponential, multiply, power } from '../graph/arithmetic.ts'
import type { Tensor } from '../graph/graph.ts'
import { mean } from '../graph/mean.ts'
import { gather } from '../graph/shaping.ts'
import { crossEntropy } from '../graph/softmax.ts'
import type { LossInputs } from './inputs.ts'

/** What an image weighs by. */
type Weighing = Pick<LossInputs, 'labels' | 'classWeights' | 'meanWeight'>

/** Of a loss for each image, [n]: sum(w l) / sum(w), a scalar; the mean without weights. */
function weightedMean(losses: Tensor, { labels, classWeights, meanWeight }: Weighing): Tensor {
  if (!classWeights) return mean(losses)
  const weights = gather(classWeights, labels) // [n]
  return divide(mean(multiply(losses, weights)), meanWeight ?? mean(weights))
}

export function weightedCrossEntropy(logits: Tensor, weighing: Weighing): Tensor {
  return weightedMean(crossEntropy(logits, weighing.labels), weighing)
}

/** (1 - p)^gamma times the cross entropy, p the probability of the true class (Lin et al. 2017). */
export function focalLoss(logits: Tensor, weighing: Weighing, gamma: number): Tensor {
  const surprise = crossEntropy(logits, weighing.labels)
  const miss = add(multiply(exponential(multiply(surprise, -1)), -1), 1)
  return weightedMean(multiply(power(miss, gamma), surprise), weighing)
}

/**
 * Weights by the effective number of images (Cui et al. 2019), (1 - b) / (1 - b^n_c), scaled to sum to the number of
 * classes. A class without images counts as one with one.
 */
export function classWeightsOf(classCounts: readonly number[], beta: number): Float32Array {
  const raw = classCounts.map((count) => (1 - beta) / (1 - beta ** Math.max(count, 1)))
  const total = raw.reduce((whole, weight) => whole + weight, 0)
  return Float32Array.from(raw, (weight) => (weight * classCounts.length) / total)
}

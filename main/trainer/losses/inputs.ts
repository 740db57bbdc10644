/** What every loss is made from. */
import type { Loss } from '../../../shared/recipe.ts'
import type { Tensor } from '../graph/graph.ts'

export interface LossConfig {
  readonly loss: Loss
  /** Training images of each class. */
  readonly classCounts: readonly number[]
  readonly scale: number
  readonly maxMargin: number
  readonly diversityFactor: number
  /** Strength of the logit adjustment, of the experts' mean where they differ. */
  readonly tau: number
  readonly tauSpread: number
}

export interface LossInputs {
  /** Every expert's, [n, classes]. */
  readonly logits: readonly [Tensor, ...Tensor[]]
  /** int32 [n] */
  readonly labels: Tensor
  /** Weight of each class, [classes]: all 1 before the re-weighting; null where a run never re-weights. */
  readonly classWeights: Tensor | null
  /** Mean weight of the images, where these are a part of a batch: the whole batch's, a scalar. */
  readonly meanWeight?: Tensor | undefined
  /** Temperature of each class, [classes]: all 1 before the re-weighting. */
  readonly temperature: Tensor
}

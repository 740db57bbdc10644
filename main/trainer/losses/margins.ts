/** Label-distribution-aware margins (LDAM, Cao et al. 2019): the rarer a class, the clearer it has to win. */
import { multiply, subtract } from '../graph/arithmetic.ts'
import { constant, type Tensor } from '../graph/graph.ts'
import { gather, oneHot, reshape } from '../graph/shaping.ts'
import type { LossConfig } from './inputs.ts'

/**
 * The true class's logit less s times the class's margin. A linear classifier's logits are not scaled by s, yet the
 * margins are, as in the authors' code: beside such logits they are large.
 */
export function withMargins(logits: Tensor, labels: Tensor, { classCounts, scale, maxMargin }: LossConfig): Tensor {
  const margins = marginsOf(classCounts, maxMargin).map((margin) => margin * scale)
  const own = gather(constant(logits.operation.graph, margins, [margins.length]), labels) // [n]
  return subtract(logits, multiply(oneHot(labels, margins.length), reshape(own, [-1, 1])))
}

/** m_c = n_c^(-1/4), the largest scaled to `maxMargin`. A class without images counts as one with one. */
function marginsOf(classCounts: readonly number[], maxMargin: number): Float32Array {
  const raw = classCounts.map((count) => Math.max(count, 1) ** -0.25)
  const largest = Math.max(...raw)
  return Float32Array.from(raw, (margin) => (margin * maxMargin) / largest)
}

/**
 * Cross entropy of logits that the class frequencies were added to: in training a rare class must win by more, so that
 * without the addition, at inference, every class has the same chance.
 */
import { add } from '../graph/arithmetic.ts'
import { constant, type Tensor } from '../graph/graph.ts'
import { meanOf } from '../models/model.ts'
import { weightedCrossEntropy } from './crossEntropy.ts'
import type { LossConfig, LossInputs } from './inputs.ts'

/**
 * Balanced softmax (Ren et al. 2020, equation 4): log n_c added to the mean logits. Log p_c is less by the same for every
 * class, of which no softmax knows: it is logit adjustment with tau 1.
 */
export function balancedSoftmax(config: LossConfig, inputs: LossInputs): Tensor {
  return logitAdjusted({ ...config, tau: 1 }, inputs)
}

/** Logit adjustment (Menon et al. 2021, equation 10): tau log p_c added to the mean logits. */
export function logitAdjusted({ classCounts, tau }: LossConfig, inputs: LossInputs): Tensor {
  return weightedCrossEntropy(adjusted(meanOf(inputs.logits), classCounts, tau), inputs)
}

/**
 * Balanced product of experts (Aimar et al. 2023): every expert has a logit-adjusted cross entropy of its own, of its
 * own strength; the loss is their mean. An expert with tau 0 learns the classes as they come, one with 1 as if they
 * came equally often, one with 2 as if the tail were the head; their mean has the mean tau.
 */
export function balancedExperts({ classCounts, tau, tauSpread }: LossConfig, inputs: LossInputs): Tensor {
  const { logits } = inputs
  const taus = tausOf(logits.length, tau, tauSpread)
  const terms = logits.map((own, e) => weightedCrossEntropy(adjusted(own, classCounts, taus[e]!), inputs))
  return meanOf(terms as [Tensor, ...Tensor[]])
}

/** From `tau - spread` to `tau + spread` in even steps; one expert alone has `tau`. */
export function tausOf(experts: number, tau: number, spread: number): number[] {
  return Array.from({ length: experts }, (_, e) => (experts === 1 ? tau : tau + spread * ((2 * e) / (experts - 1) - 1)))
}

/** A class without images counts as one with one: the logarithm of none is no number. */
function adjusted(logits: Tensor, classCounts: readonly number[], tau: number): Tensor {
  const counts = classCounts.map((count) => Math.max(count, 1))
  const total = counts.reduce((sum, count) => sum + count, 0)
  const shifts = Float32Array.from(counts, (count) => tau * Math.log(count / total))
  return add(logits, constant(logits.operation.graph, shifts, [shifts.length]))
}

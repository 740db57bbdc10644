/** A run's network as others run it: pixels in, logits out, the preprocessing inside. */
import type { RunConfig } from '../../shared/recipe.ts'
import { scalar, type Graph, type Tensor } from './graph/graph.ts'
import { adjusted, inferenceGraph } from './inference.ts'
import type { Weights } from './models/layers.ts'
import { decided } from './router.ts'

export interface ExportedModel {
  readonly graph: Graph
  /** uint8 [n, s, s, 3], red, green, blue. */
  readonly pixels: Tensor
  /** `logits`, the network's answer, and `expert_0_logits`, `expert_1_logits`, ...: [n, classes] each. */
  readonly outputs: ReadonlyMap<string, Tensor>
}

/**
 * Batch norm is folded into the convolutions. With a router, every expert is computed all the same, since neither format
 * can leave one out for some images of a batch; the answer is that of the experts that the router would have asked.
 * @param threshold the next expert counts where the router's sigmoid is above it; null where the run has no router
 * @param offsets added to the answer's logits, one for each class; null where the run answers as it was trained
 */
export function exportedModel(config: RunConfig, classes: number, weights: Weights, threshold: number | null, offsets: Float32Array | null): ExportedModel {
  const { graph, pixels, logits, mean, scored } = inferenceGraph(config, classes, weights)
  const answer = scored && threshold !== null ? decided(scored, scalar(graph, threshold)) : mean
  return { graph, pixels, outputs: namedOutputs(adjusted(answer, offsets), logits) }
}

/** @param experts those whose logits are asked for as well */
export function namedOutputs(answer: Tensor, experts: readonly Tensor[]): ReadonlyMap<string, Tensor> {
  return new Map([['logits', answer], ...experts.map((own, e): [string, Tensor] => [`expert_${e}_logits`, own])])
}

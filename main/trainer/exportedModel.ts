/** A run's network as others run it: pixels in, logits out, the preprocessing inside. */
import type { RunConfig } from '../../shared/recipe.ts'
import { Graph, placeholder, scalar, type Tensor } from './graph/graph.ts'
import { normalizePixels } from './graph/images.ts'
import { foldedLayers, type Weights } from './models/layers.ts'
import { expertLogits, meanOf, modelOf } from './models/model.ts'
import { imagesShape } from './network.ts'
import { decided, routerOf, scoredExperts } from './router.ts'

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
 */
export function exportedModel(config: RunConfig, classes: number, weights: Weights, threshold: number | null): ExportedModel {
  const graph = new Graph()
  const pixels = placeholder(graph, 'pixels', 'uint8', imagesShape(config.imageSize))
  const images = normalizePixels(pixels, config.backbone)
  const layers = foldedLayers(graph, weights)
  const model = modelOf(layers, { ...config, classes })
  const { logits, experts } = threshold === null ? plain() : routed(threshold)
  return { graph, pixels, outputs: new Map([['logits', logits], ...experts.map((own, e): [string, Tensor] => [`expert_${e}_logits`, own])]) }

  function plain(): { logits: Tensor; experts: readonly Tensor[] } {
    const each = expertLogits(model, config.experts, images)
    return { logits: meanOf(each), experts: each }
  }

  function routed(above: number): { logits: Tensor; experts: readonly Tensor[] } {
    const scored = scoredExperts(model, routerOf(layers, config.routerTopLogits), config.experts, images)
    return { logits: decided(scored, scalar(graph, above)), experts: scored.logits }
  }
}

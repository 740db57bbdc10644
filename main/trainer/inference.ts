/** A finished run's network for inference alone: every expert asked, also where a router would not; the weights constants of the graph. */
import type { RunConfig } from '../../shared/recipe.ts'
import { add } from './graph/arithmetic.ts'
import { constant, Graph, placeholder, type FloatType, type Tensor } from './graph/graph.ts'
import { normalizePixels } from './graph/images.ts'
import { sigmoid } from './graph/logistic.ts'
import type { Binding } from './graph/native.ts'
import { openSession } from './graph/session.ts'
import { mostProbable } from './graph/softmax.ts'
import { foldedLayers, type Weights } from './models/layers.ts'
import { expertLogits, meanOf, modelOf } from './models/model.ts'
import { imagesShape } from './network.ts'
import { routerOf, scoredExperts, type ScoredExperts } from './router.ts'

export interface InferenceGraph {
  readonly graph: Graph
  /** Fed: uint8 [n, s, s, 3], as the pixel file has them; the preprocessing is inside. */
  readonly pixels: Tensor
  /** Of every expert, [n, classes]. */
  readonly logits: readonly [Tensor, ...Tensor[]]
  /** Of their logits, [n, classes]. */
  readonly mean: Tensor
  /** With what a router says of them; null without one. */
  readonly scored: ScoredExperts | null
}

/**
 * Batch norm is folded into the convolutions before it.
 * @param type what the convolutions compute in
 */
export function inferenceGraph(config: RunConfig, classes: number, weights: Weights, type: FloatType = 'float32'): InferenceGraph {
  const graph = new Graph()
  const pixels = placeholder(graph, 'pixels', 'uint8', imagesShape(config.imageSize))
  const images = normalizePixels(pixels, config.backbone)
  const layers = foldedLayers(graph, weights, type)
  const model = modelOf(layers, { ...config, classes })
  if (config.stage === 'router') {
    const scored = scoredExperts(model, routerOf(layers, config.routerTopLogits), config.experts, images)
    return { graph, pixels, logits: scored.logits, mean: scored.means.at(-1)!, scored }
  }
  const logits = expertLogits(model, config.experts, images)
  return { graph, pixels, logits, mean: meanOf(logits), scored: null }
}

/** What is known of a batch. */
export interface Answer {
  /** Best classes of the mean logits, best first: [image][guess]. */
  readonly guessClasses: Int32Array
  readonly guessProbabilities: Float32Array
  /** Each expert's own best: by expert, then image. */
  readonly expertClasses: readonly Int32Array[]
  readonly expertProbabilities: readonly Float32Array[]
  /** By expert, [image][class]; none unless asked for. */
  readonly logits: readonly Float32Array[]
  /** A router's, by decision, then image. */
  readonly scores: readonly Float32Array[]
}

export interface Inference {
  /** @param pixels uint8 [n, s, s, 3] */
  run(pixels: Uint8Array, withLogits: boolean): Answer
  close(): void
}

/** Logits [n, classes] with an offset for each class: in step with shared/dial.ts. */
export function adjusted(logits: Tensor, offsets: Float32Array | null): Tensor {
  return offsets ? add(logits, constant(logits.operation.graph, offsets, [offsets.length])) : logits
}

export interface InferenceChoices {
  /** What the convolutions compute in. */
  readonly type?: FloatType
  /** Added to the mean of the experts' logits. */
  readonly offsets?: Float32Array | null
}

/** @param guesses at most the number of classes */
export function openInference(binding: Binding, config: RunConfig, classes: number, weights: Weights, guesses: number, { type = 'float32', offsets = null }: InferenceChoices = {}): Inference {
  const { graph, pixels, logits, mean, scored } = inferenceGraph(config, classes, weights, type)
  const answer = adjusted(mean, offsets)
  const scores = scored?.needs.map(sigmoid) ?? []
  const together = mostProbable(answer, guesses)
  const each = logits.map((own) => mostProbable(own, 1))
  const { experts } = config
  const session = openSession(binding, graph)
  return {
    run(images, withLogits) {
      const fetches: Tensor[] = [together.classes, together.probabilities, ...each.map(({ classes: own }) => own), ...each.map(({ probabilities }) => probabilities), ...scores, ...(withLogits ? logits : [])]
      const [guessClasses, guessProbabilities, ...rest] = session.run([[pixels, images]], fetches)
      return {
        guessClasses: guessClasses as Int32Array,
        guessProbabilities: guessProbabilities as Float32Array,
        expertClasses: rest.slice(0, experts) as Int32Array[],
        expertProbabilities: rest.slice(experts, 2 * experts) as Float32Array[],
        scores: rest.slice(2 * experts, 2 * experts + scores.length) as Float32Array[],
        logits: rest.slice(2 * experts + scores.length) as Float32Array[],
      }
    },
    close: () => session.close(),
  }
}

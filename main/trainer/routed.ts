/** Inference with a router: an image that stops costs nothing further. */
import type { RunConfig } from '../../shared/recipe.ts'
import { add, multiply } from './graph/arithmetic.ts'
import { anyOf, onlyIf, settled } from './graph/branch.ts'
import { Graph, integers, placeholder, shapeOf, type Tensor } from './graph/graph.ts'
import { normalizePixels } from './graph/images.ts'
import { isAbove, placesWhere, withRows } from './graph/logic.ts'
import { sigmoid } from './graph/logistic.ts'
import type { Binding } from './graph/native.ts'
import { openSession } from './graph/session.ts'
import { gather } from './graph/shaping.ts'
import { mostProbable } from './graph/softmax.ts'
import { foldedLayers, type Weights } from './models/layers.ts'
import { adjusted } from './inference.ts'
import { modelOf, type Model } from './models/model.ts'
import { imagesShape } from './network.ts'
import { routerOf, type Router } from './router.ts'

export interface Routed {
  /** Mean logits of the experts that were asked, [n, classes]. */
  readonly output: Tensor
  /** After each expert but the last, which of the images given to it go on to the next: int32, places among them. */
  readonly goesOn: readonly Tensor[]
  /** Shape of each expert's pooled features, int32 [2]: images it worked on, width. */
  readonly featureShapes: readonly Tensor[]
}

/**
 * Every image goes to the first expert; the trunk's activations of those that the router sends on are gathered into a
 * smaller batch for the second, and so on. An expert that no image reaches does not run.
 * @param images normalised, [n, s, s, 3]
 * @param threshold a scalar: the next expert is asked where the router's sigmoid is above it
 */
export function routedOutput({ trunk, features, logits }: Model, router: Router, experts: number, images: Tensor, threshold: Tensor): Routed {
  const { graph } = images.operation
  /** Expert e and those after it, for the images that reach it. */
  const from = (e: number, activations: Tensor, sumBefore: Tensor | undefined): Routed => {
    const pooled = features(activations, e)
    const own = logits(pooled, e)
    const sum = sumBefore ? add(sumBefore, own) : own
    const mean = multiply(sum, 1 / (e + 1))
    if (e === experts - 1) return { output: mean, goesOn: [], featureShapes: [shapeOf(pooled)] }

    const mask = isAbove(sigmoid(router(e, pooled, mean)), threshold)
    const any = anyOf(mask)
    const places = placesWhere(mask)
    const given = onlyIf(any, places)
    const rest = from(e + 1, gather(activations, given), gather(sum, given))
    return {
      output: settled(any, withRows(mean, given, rest.output), mean),
      goesOn: [places, ...rest.goesOn.map((later) => settled(any, later, integers(graph, [])))],
      featureShapes: [shapeOf(pooled), ...rest.featureShapes.map((later) => settled(any, later, integers(graph, [0, pooled.shape[1]!])))],
    }
  }
  return from(0, trunk(images), undefined)
}

export interface RoutedGraph extends Routed {
  readonly graph: Graph
  /** Fed: uint8 [n, s, s, 3], and a scalar. */
  readonly pixels: Tensor
  readonly threshold: Tensor
}

/** @param weights of a run with a router */
export function routedGraph(config: RunConfig, classes: number, weights: Weights): RoutedGraph {
  const graph = new Graph()
  const pixels = placeholder(graph, 'pixels', 'uint8', imagesShape(config.imageSize))
  const threshold = placeholder(graph, 'threshold', 'float32', [])
  const layers = foldedLayers(graph, weights)
  const routed = routedOutput(modelOf(layers, { ...config, classes }), routerOf(layers, config.routerTopLogits), config.experts, normalizePixels(pixels, config.backbone), threshold)
  return { graph, pixels, threshold, ...routed }
}

export interface RoutedAnswer {
  /** Best classes of the mean over the experts asked, best first: [image][guess]. */
  readonly guessClasses: Int32Array
  readonly guessProbabilities: Float32Array
  /** Experts asked for each image. */
  readonly expertsAsked: Uint8Array
}

export interface RoutedInference {
  /** @param pixels uint8 [n, s, s, 3], n at least 1 */
  run(pixels: Uint8Array, threshold: number): RoutedAnswer
  close(): void
}

/**
 * @param weights of a run with a router
 * @param guesses at most the number of classes
 * @param offsets added to the mean logits of the experts that were asked; the router decides without
 */
export function openRoutedInference(binding: Binding, config: RunConfig, classes: number, weights: Weights, guesses: number, offsets: Float32Array | null = null): RoutedInference {
  const { graph, pixels, threshold, output, goesOn } = routedGraph(config, classes, weights)
  const best = mostProbable(adjusted(output, offsets), guesses)
  const session = openSession(binding, graph)
  const bytesPerImage = config.imageSize * config.imageSize * 3
  return {
    run(images, above) {
      const [guessClasses, guessProbabilities, ...places] = session.run([[pixels, images], [threshold, Float32Array.of(above)]], [best.classes, best.probabilities, ...goesOn])
      return {
        guessClasses: guessClasses as Int32Array,
        guessProbabilities: guessProbabilities as Float32Array,
        expertsAsked: expertsAsked(images.length / bytesPerImage, places as Int32Array[]),
      }
    },
    close: () => session.close(),
  }
}

/** @param goesOn after each expert but the last, places among the images given to it */
function expertsAsked(images: number, goesOn: readonly Int32Array[]): Uint8Array {
  const asked = new Uint8Array(images).fill(1)
  let reached = Int32Array.from(asked, (_, n) => n)
  for (const places of goesOn) {
    reached = places.map((place) => reached[place]!)
    for (const image of reached) asked[image]! += 1
  }
  return asked
}

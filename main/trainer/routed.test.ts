/** Routed inference against every expert asked, at many thresholds and sizes of batch. */
import { afterAll, describe, expect, it } from 'vitest'
import { configOf, RunRequestSchema, type RunConfig } from '../../shared/recipe.ts'
import { checked } from '../../shared/rpc.ts'
import { bestClasses, expertsAsked, meanOfFirst, probabilitiesOf } from '../../shared/routing.ts'
import { referenceTensor } from './fixtures/reference.ts'
import { Graph, placeholder } from './graph/graph.ts'
import { loadTensorFlow } from './graph/native.ts'
import { openSession } from './graph/session.ts'
import { openInference } from './inference.ts'
import { foldedLayers, trainableLayers } from './models/layers.ts'
import { modelOf } from './models/model.ts'
import { imagesShape } from './network.ts'
import { uniform } from './random.ts'
import { openRoutedInference, routedOutput } from './routed.ts'
import { routerOf, scoredExperts } from './router.ts'
import { authorsShape, fromAuthors } from './weights.ts'

const binding = loadTensorFlow('cpu')
const classes = 10
const experts = 3
const size = 32
const guesses = 4
const config: RunConfig = { ...configOf(checked(RunRequestSchema, { experts, device: 'cpu' }, 'request')), stage: 'router', routerTopLogits: 5 }
const weights = rebuiltWeights()
const everyone = openInference(binding, config, classes, weights, guesses)
const routed = openRoutedInference(binding, config, classes, weights, guesses)
afterAll(() => {
  everyone.close()
  routed.close()
})

/** Noise, brighter from image to image. */
function pixelsOf(images: number): Uint8Array {
  return Uint8Array.from({ length: images * size * size * 3 }, (_, i) => ((Math.floor(i / (size * size * 3)) + 1) / images) * 255 * uniform(4, i))
}

describe.each([1, 7, 16])('a batch of %i', (images) => {
  const pixels = pixelsOf(images)
  const all = everyone.run(pixels, true)
  const scores = Float32Array.from({ length: images * (experts - 1) }, (_, at) => all.scores[at % (experts - 1)]![Math.floor(at / (experts - 1))]!)
  // Between two scores, so that no rounding decides; below all of them, and above.
  const sorted = [...scores].sort((a, b) => a - b)
  const between = sorted.slice(1).flatMap((score, n) => (score - sorted[n]! > 1e-4 ? [(score + sorted[n]!) / 2] : []))
  const thresholds = [sorted[0]! / 2, ...between.filter((_, n) => n % Math.ceil(between.length / 5) === 0), (1 + sorted.at(-1)!) / 2]

  it.each(thresholds)('is answered at %f as by all experts up to where each image stops', (threshold) => {
    const asked = expertsAsked(scores, experts, threshold)
    const answer = routed.run(pixels, threshold)
    expect([...answer.expertsAsked]).toEqual([...asked])
    for (let n = 0; n < images; n++) {
      const own = all.logits.map((logits) => logits.subarray(n * classes, (n + 1) * classes))
      const mean = meanOfFirst(own, asked[n]!)
      const best = bestClasses(mean, guesses)
      expect([...answer.guessClasses.subarray(n * guesses, (n + 1) * guesses)]).toEqual(best)
      for (const [rank, c] of best.entries()) expect(answer.guessProbabilities[n * guesses + rank]).toBeCloseTo(probabilitiesOf(mean)(c), 4)
    }
  })
})

it('gives each expert the images that reach it and none besides', () => {
  const graph = new Graph()
  const images = placeholder(graph, 'images', 'float32', imagesShape(size))
  const threshold = placeholder(graph, 'threshold', 'float32', [])
  const layers = foldedLayers(graph, weights)
  const { featureShapes } = routedOutput(modelOf(layers, { ...config, classes }), routerOf(layers, config.routerTopLogits), experts, images, threshold)
  const session = openSession(binding, graph)
  try {
    const given = new Set<string>()
    for (const above of Array.from({ length: 41 }, (_, n) => n / 40)) {
      const rows = session.run([[images, Float32Array.from(pixelsOf(5), (value) => value / 64 - 2)], [threshold, Float32Array.of(above)]], featureShapes).map(([n]) => n!)
      expect(rows[0]).toBe(5)
      expect([...rows].sort((x, y) => y - x)).toEqual(rows)
      given.add(rows.join())
    }
    expect(given).toContain('5,5,5')
    expect(given).toContain('5,0,0')
    expect(given.size).toBeGreaterThan(3)
  } finally {
    session.close()
  }
})

function rebuiltWeights(): ReadonlyMap<string, Float32Array> {
  const graph = new Graph()
  const layers = trainableLayers(graph)
  scoredExperts(modelOf(layers.inference, { ...config, classes }), routerOf(layers.inference, config.routerTopLogits), experts, placeholder(graph, 'images', 'float32', imagesShape(size)))
  return new Map([...layers.variables.values()].map(({ name, shape }) => [name, fromAuthors(referenceTensor(name, authorsShape(shape)), shape)]))
}

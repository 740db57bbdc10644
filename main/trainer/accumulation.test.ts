import { describe, expect, it } from 'vitest'
import { configOf, RunRequestSchema } from '../../shared/recipe.ts'
import { checked } from '../../shared/rpc.ts'
import { partsOf } from './accumulation.ts'
import { done, Graph, placeholder, type Tensor } from './graph/graph.ts'
import { matMul } from './graph/layers.ts'
import { mean } from './graph/mean.ts'
import { loadTensorFlow } from './graph/native.ts'
import { openSession, type Values } from './graph/session.ts'
import { crossEntropy } from './graph/softmax.ts'
import { variable } from './graph/variables.ts'
import { initialValues } from './initialize.ts'
import { weightedCrossEntropy } from './losses/crossEntropy.ts'
import { imagesShape, readState, trainingNetwork, writeState } from './network.ts'
import { sgd } from './optimizer.ts'
import { uniform } from './random.ts'

describe('the parts of a batch', () => {
  it.each([
    [0, 8, 4, [2, 2, 2, 2]],
    [8, 18, 3, [3, 3, 4]],
    [4, 6, 4, [1, 1]],
    [0, 5, 1, [5]],
  ])('from %d to %d in %d are as even as can be, none empty', (from, to, count, sizes) => {
    const parts = partsOf(from, to, count)
    expect(parts.map((part) => part.to - part.from)).toEqual(sizes)
    expect([parts[0]!.from, parts.at(-1)!.to]).toEqual([from, to])
    for (let n = 1; n < parts.length; n++) expect(parts[n]!.from).toBe(parts[n - 1]!.to)
  })
})

it('takes the whole batch’s steps where the loss is a mean over the images, however the parts are cut', () => {
  const batch = 10
  const x = Float32Array.from({ length: 4 * batch }, (_, n) => uniform(1, n) - 0.5)
  const y = Int32Array.from({ length: batch }, (_, n) => n % 3)
  const start = Float32Array.from({ length: 12 }, (_, n) => uniform(2, n) - 0.5)
  const weightsAfterSteps = (accumulate: number): { weights: Values; gradient: Values } => {
    const graph = new Graph()
    const features = placeholder(graph, 'features', 'float32', [-1, 4])
    const labels = placeholder(graph, 'labels', 'int32', [-1])
    const rate = placeholder(graph, 'rate', 'float32', [])
    const weight = variable(graph, 'weight', [4, 3])
    const optimizer = sgd(mean(crossEntropy(matMul(features, weight.value), labels)), [weight], rate, { momentum: 0.9, weightDecay: 0.01, accumulate })
    const momentum = optimizer.momenta.get('weight')!
    const assigned = done(graph, 'assigned', [weight.assign, momentum.assign])
    const step = done(graph, 'step', optimizer.updates)
    const { sums } = optimizer
    const effects = sums && { begin: done(graph, 'begin', sums.begin), more: done(graph, 'more', sums.more) }
    const session = openSession(loadTensorFlow('cpu'), graph)
    try {
      session.run([[weight.fed, start], [momentum.fed, new Float32Array(12)]], [assigned])
      const fedFrom = (from: number, to: number): [Tensor, Values][] => [[features, x.slice(4 * from, 4 * to)], [labels, y.slice(from, to)]]
      const rates: [Tensor, Values] = [rate, Float32Array.of(0.5)]
      for (let n = 0; n < 3; n++) {
        if (!sums || !effects) session.run([...fedFrom(0, batch), rates], [step])
        else {
          for (const [part, { from, to }] of partsOf(0, batch, accumulate).entries()) session.run([...fedFrom(from, to), [sums.share, Float32Array.of((to - from) / batch)]], [part === 0 ? effects.begin : effects.more])
          session.run([rates], [step])
        }
      }
      return { weights: session.run([], [weight.value])[0]!, gradient: session.run(fedFrom(0, batch), [...optimizer.gradients.values()])[0]! }
    } finally {
      session.close()
    }
  }
  const whole = weightsAfterSteps(1)
  for (const parts of [2, 3, 10]) {
    const cut = weightsAfterSteps(parts)
    for (const [n, value] of whole.weights.entries()) expect(cut.weights[n]).toBeCloseTo(value, 5)
    for (const [n, value] of whole.gradient.entries()) expect(cut.gradient[n]).toBeCloseTo(value, 5)
  }
  expect(Math.hypot(...whole.weights)).not.toBeCloseTo(Math.hypot(...start), 2)
})

it('steps a network by the mean of its parts’ gradients, its statistics moving with every part', () => {
  const config = configOf(checked(RunRequestSchema, { experts: 2, accumulate: 2 }, 'request'))
  const classCounts = [5, 3, 1]
  const size = 8
  const graph = new Graph()
  const images = placeholder(graph, 'images', 'float32', imagesShape(size))
  const labels = placeholder(graph, 'labels', 'int32', [-1])
  const network = trainingNetwork(graph, config, classCounts, { trainImages: images, inferenceImages: images, labels })
  const parts = network.parts!
  const session = openSession(loadTensorFlow('cpu'), graph)
  try {
    writeState(session, network, new Map([...network.variables.values()].map((own) => [own.name, initialValues(own, 0)])))
    const classWeights = Float32Array.of(0.25, 0.5, 2.25)
    const ones = new Float32Array(classCounts.length).fill(1)
    const rate = 0.1
    const once: [Tensor, Values][] = [[network.fed.classWeights, classWeights], [network.fed.meanWeight!, Float32Array.of(1)], [network.fed.temperature, ones], [network.fed.learningRate, Float32Array.of(rate)]]
    const part = (n: number): [Tensor, Values][] => [
      ...once,
      [images, Float32Array.from({ length: 3 * size * size * 3 }, (_, i) => 2 * uniform(n, i) - 1)],
      [labels, Int32Array.of(0, 1, n)],
      [parts.share, Float32Array.of(0.5)],
    ]
    const before = readState(session, network)
    const names = [...network.gradients.keys()]
    const [first, second] = [1, 2].map((n) => session.run(part(n), [...network.gradients.values()]))
    const statistic = (): number => readState(session, network).get('bn1.running_mean')![0]!

    session.run(part(1), [network.loss, parts.begin])
    const between = statistic()
    session.run(part(2), [network.loss, parts.more])
    const twice = statistic()
    session.run(once, [parts.finish])
    const after = readState(session, network)

    expect(new Set([before.get('bn1.running_mean')![0]!, between, twice]).size).toBe(3)
    expect(after.get('bn1.running_mean')![0]).toBe(twice)
    for (const [n, name] of names.entries()) {
      const old = before.get(name)!
      const gradient = first![n]!.map((value, i) => (value + second![n]![i]!) / 2)
      const length = Math.hypot(...gradient) + 1e-6
      // The momentum is zero before: p <- p - lr (1 + mu) (g + wd p).
      const moved = after.get(name)!.map((value, i) => (old[i]! - value) / (rate * (1 + config.momentum)) - config.weightDecay * old[i]!)
      expect(Math.hypot(...moved.map((value, i) => value - gradient[i]!)) / length, name).toBeLessThan(1e-2)
    }
  } finally {
    session.close()
  }
})

it('weighs a part against the whole batch where classes are weighed', () => {
  const weights = [1, 1, 1, 5]
  const labels = [0, 1, 3, 3]
  const logits = Float32Array.from({ length: 16 }, (_, n) => 4 * uniform(3, n) - 2)
  const graph = new Graph()
  const placeholders = { logits: placeholder(graph, 'logits', 'float32', [-1, 4]), labels: placeholder(graph, 'labels', 'int32', [-1]), classWeights: placeholder(graph, 'weights', 'float32', [4]), meanWeight: placeholder(graph, 'meanWeight', 'float32', []) }
  const ofWhole = weightedCrossEntropy(placeholders.logits, { ...placeholders, meanWeight: undefined })
  const ofPart = weightedCrossEntropy(placeholders.logits, placeholders)
  const session = openSession(loadTensorFlow('cpu'), graph)
  const meanWeight = labels.reduce((sum, label) => sum + weights[label]!, 0) / labels.length
  const run = (loss: Tensor, from: number, to: number): number =>
    session.run([[placeholders.logits, logits.slice(4 * from, 4 * to)], [placeholders.labels, Int32Array.from(labels.slice(from, to))], [placeholders.classWeights, Float32Array.from(weights)], [placeholders.meanWeight, Float32Array.of(meanWeight)]], [loss])[0]![0]!
  // The first part holds the frequent classes, the second the rare one.
  expect((run(ofPart, 0, 2) + run(ofPart, 2, 4)) / 2).toBeCloseTo(run(ofWhole, 0, 4), 5)
  session.close()
})

/** The oracle again, for the backbones of large images: what the authors' code computes for weights rebuilt from a formula. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { configOf, RunRequestSchema } from '../../shared/recipe.ts'
import { checked } from '../../shared/rpc.ts'
import { deviationsOf, expectClose, expectLogits, quantile, toChannelsLast } from './fixtures/deviation.ts'
import { referenceTensor, type Digest } from './fixtures/reference.ts'
import { Graph, placeholder } from './graph/graph.ts'
import { loadTensorFlow } from './graph/native.ts'
import { openSession } from './graph/session.ts'
import { classWeightsOf } from './losses/crossEntropy.ts'
import { temperatureOf } from './losses/ride.ts'
import { imagesShape, trainingNetwork, writeState } from './network.ts'
import { authorsShape, fromAuthors, toAuthors } from './weights.ts'

interface Reference {
  readonly classCounts: readonly number[]
  readonly labels: readonly number[]
  readonly parameters: number
  readonly evalLogits: readonly (readonly number[])[]
  readonly trainLossAfterReweight: number
  readonly gradients: Readonly<Record<string, Digest>>
  readonly shapes: Readonly<Record<string, readonly number[]>>
}

const imageSize = 224

describe.each(['resnet10', 'resnet50', 'resnext50'] as const)('RIDE with three experts on %s, against the authors’ code', (backbone) => {
  const reference = JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures', `${backbone}-ride3.json`), 'utf8')) as Reference
  const { classCounts, labels: trueClasses } = reference
  const config = configOf(checked(RunRequestSchema, { preset: 'imagenet-lt', backbone }, 'request'))
  const graph = new Graph()
  const images = placeholder(graph, 'images', 'float32', imagesShape(imageSize))
  const labels = placeholder(graph, 'labels', 'int32', [-1])
  const network = trainingNetwork(graph, config, classCounts, { trainImages: images, inferenceImages: images, labels })
  const variables = [...network.variables.values()]

  it('has the authors’ variables', () => {
    expect(Object.fromEntries(variables.map(({ name, shape }) => [name, authorsShape(shape)]))).toEqual(reference.shapes)
    const trained = variables.filter((variable) => variable.trained)
    expect(trained.map(({ name }) => name).sort()).toEqual(Object.keys(reference.gradients).sort())
    expect(trained.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0)).toBe(reference.parameters)
  })

  it('gives the same logits, loss and gradients', () => {
    const session = openSession(loadTensorFlow('cpu'), graph)
    try {
      writeState(session, network, new Map(variables.map(({ name, shape }) => [name, fromAuthors(referenceTensor(name, authorsShape(shape)), shape)])))
      const input = toChannelsLast(referenceTensor('input', [trueClasses.length, 3, imageSize, imageSize]), imageSize)
      expectLogits(session.run([[images, input]], network.inferenceLogits) as Float32Array[], reference.evalLogits, 1e-4)

      const [loss, ...gradients] = session.run([
        [images, input],
        [labels, Int32Array.from(trueClasses)],
        [network.fed.classWeights, classWeightsOf(classCounts, config.reweightBeta)],
        [network.fed.temperature, temperatureOf(classCounts, config.temperatureSpread)],
      ], [network.loss, ...network.gradients.values()])
      expectClose(loss![0]!, reference.trainLossAfterReweight, 1e-4)

      const deviations = [...network.gradients.keys()].flatMap((name, n) => deviationsOf(toAuthors(gradients[n] as Float32Array, network.variables.get(name)!.shape), reference.gradients[name]!))
      // A batch of two is sensitive: normalised over two images and few places, an activation that rounds to the other side
      // of a ReLU's kink is felt in everything before it. For ResNet-50 PyTorch itself in float64 is off from the
      // reference by 2e-4 in the median, 1.4e-3 at nine tenths and 1.3e-2 at most (7e-3 in float32), ours by 3e-4, 2e-3 and
      // 1.7e-2; for ResNeXt-50 a little less. ResNet-10 has few ReLUs, and ours is off by 4e-4 at most.
      const bounds = backbone === 'resnet10' ? { half: 1e-5, most: 1e-3, all: 1e-3 } : { half: 1e-3, most: 5e-3, all: 5e-2 }
      expect(quantile(deviations, 0.5)).toBeLessThan(bounds.half)
      expect(quantile(deviations, 0.9)).toBeLessThan(bounds.most)
      expect(quantile(deviations, 1)).toBeLessThan(bounds.all)
    } finally {
      session.close()
    }
  })
})

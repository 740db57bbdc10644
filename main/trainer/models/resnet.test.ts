import { describe, expect, it } from 'vitest'
import { backbones, type Backbone } from '../../../shared/recipe.ts'
import { referenceTensor } from '../fixtures/reference.ts'
import { Graph, placeholder, type Tensor } from '../graph/graph.ts'
import { loadTensorFlow } from '../graph/native.ts'
import { openSession } from '../graph/session.ts'
import { uniform } from '../random.ts'
import { authorsShape, fromAuthors } from '../weights.ts'
import { foldedLayers, trainableLayers, type ModelVariable } from './layers.ts'
import { expertLogits, modelOf, type ModelConfig } from './model.ts'

const choice: ModelConfig = { backbone: 'resnet32', experts: 2, classes: 5, widths: 'reduced', sharedLayer3: false, head: 'cosine', scale: 30 }
const size = 32
const images = Float32Array.from({ length: 2 * size * size * 3 }, (_, i) => 2 * uniform(i) - 1)

/** The parts that the names belong to, in their order. */
function partsOf(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => /^[a-z]+\d?s\.\d|^[a-z]+\d?/.exec(name)![0]))]
}

function startOf(backbone: Backbone, name: string): ModelVariable['initial'] {
  const graph = new Graph()
  const layers = trainableLayers(graph)
  modelOf(layers.training, { ...choice, backbone }).trunk(placeholder(graph, 'images', 'float32', [-1, size, size, 3]))
  return layers.variables.get(name)!.initial
}

function namesOf(config: ModelConfig): string[] {
  const graph = new Graph()
  const layers = trainableLayers(graph)
  expertLogits(modelOf(layers.training, config), config.experts, placeholder(graph, 'images', 'float32', [-1, size, size, 3]))
  return [...layers.variables.keys()]
}

describe('experts', () => {
  it('have layer3 and layer4 to themselves, or layer4 alone', () => {
    const resnet10: ModelConfig = { ...choice, backbone: 'resnet10' }
    expect(partsOf(namesOf(resnet10))).toEqual(['conv1', 'bn1', 'layer1', 'layer2', 'layer3s.0', 'layer4s.0', 'linears.0', 'layer3s.1', 'layer4s.1', 'linears.1'])
    expect(partsOf(namesOf({ ...resnet10, sharedLayer3: true }))).toEqual(['conv1', 'bn1', 'layer1', 'layer2', 'layer3', 'layer4s.0', 'linears.0', 'layer4s.1', 'linears.1'])
  })

  it('start convolutions with a deviation of their own kind', () => {
    expect(startOf('resnet32', 'conv1.weight')).toEqual({ kind: 'kaiming', fan: 3 * 9 })
    expect(startOf('resnet50', 'conv1.weight')).toEqual({ kind: 'kaiming', fan: 64 * 49 })
    expect(startOf('resnext50', 'layer1.0.conv2.weight')).toEqual({ kind: 'kaiming', fan: 128 * 9 })
  })
})

describe.each(backbones)('%s', (backbone) => {
  it('answers the same with batch norm folded into constants', () => {
    const config: ModelConfig = { ...choice, backbone, experts: 1 }
    const graph = new Graph()
    const layers = trainableLayers(graph)
    const input = placeholder(graph, 'images', 'float32', [-1, size, size, 3])
    const outputs = expertLogits(modelOf(layers.inference, config), 1, input)
    const variables = [...layers.variables.values()]
    const weights = new Map(variables.map(({ name, shape }) => [name, fromAuthors(referenceTensor(name, authorsShape(shape)), shape)]))
    const trained = openSession(loadTensorFlow('cpu'), graph)
    const wanted = run(trained, [[input, images], ...variables.map(({ value, name }): [Tensor, Float32Array] => [value, weights.get(name)!])], outputs)

    const foldedGraph = new Graph()
    const foldedInput = placeholder(foldedGraph, 'images', 'float32', [-1, size, size, 3])
    const foldedOutputs = expertLogits(modelOf(foldedLayers(foldedGraph, weights), config), 1, foldedInput)
    const got = run(openSession(loadTensorFlow('cpu'), foldedGraph), [[foldedInput, images]], foldedOutputs)
    const largest = Math.max(...wanted.map(Math.abs))
    expect(largest).toBeGreaterThan(0.1)
    for (const [n, value] of wanted.entries()) expect(Math.abs(got[n]! - value) / largest).toBeLessThan(1e-4)
  })
})

function run(session: ReturnType<typeof openSession>, feeds: [Tensor, Float32Array][], fetches: readonly Tensor[]): Float32Array {
  try {
    return session.run(feeds, fetches)[0] as Float32Array
  } finally {
    session.close()
  }
}

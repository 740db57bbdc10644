/** What a backbone is built of, so that one description serves training, inference and folded weights alike. */
import { biasAdd, batchNorm, conv2d, foldedBatchNorm, matMul, normalize } from '../graph/layers.ts'
import { constant, type FloatType, type Graph, type Operation, type Shape, type Tensor } from '../graph/graph.ts'
import { assign, variable, type Variable } from '../graph/variables.ts'
import { cast, multiply } from '../graph/arithmetic.ts'

interface ConvolutionShape {
  readonly kernel: number
  readonly out: number
  readonly stride: number
  /** 1 unless said otherwise. */
  readonly groups?: number
  /** Whether it starts with a variance of 2 over the numbers that go into one of its outputs, or that come of one of its inputs. */
  readonly fan: 'in' | 'out'
}

/** Names are the authors': `conv` and `norm` are a convolution's and its batch norm's. */
export interface Layers {
  /** Convolution without bias, then batch norm: [n, h, w, in] -> [n, h / stride, w / stride, out]. */
  convolution(x: Tensor, names: { readonly conv: string; readonly norm: string }, shape: ConvolutionShape): Tensor
  /** Features [n, in] -> logits [n, classes]. */
  cosine(features: Tensor, name: string, classes: number, scale: number): Tensor
  linear(features: Tensor, name: string, classes: number): Tensor
}

/** How a variable starts. */
type Initial = { readonly kind: 'kaiming'; readonly fan: number } | { readonly kind: 'uniform'; readonly bound: number } | { readonly kind: 'unit-columns' } | { readonly kind: 'fill'; readonly value: number }

export interface ModelVariable extends Variable {
  readonly initial: Initial
  /** Parameters are trained; statistics follow from the batches. */
  readonly trained: boolean
}

export interface TrainableLayers {
  readonly variables: ReadonlyMap<string, ModelVariable>
  readonly training: Layers
  /** The same variables, batch norm in inference mode. */
  readonly inference: Layers
  /** What has to run with a training step: the running statistics' updates. */
  readonly updates: readonly Operation[]
}

export function trainableLayers(graph: Graph): TrainableLayers {
  const variables = new Map<string, ModelVariable>()
  const updates: Operation[] = []
  const named = (name: string, shape: Shape, initial: Initial, trained = true): ModelVariable => {
    const known = variables.get(name) ?? { ...variable(graph, name, shape), initial, trained }
    variables.set(name, known)
    return known
  }

  const mode = (training: boolean): Layers => ({
    convolution(x, { conv, norm }, { kernel, out, stride, groups = 1, fan }) {
      const inside = x.shape[3]! / groups
      const filter = named(`${conv}.weight`, [kernel, kernel, inside, out], { kind: 'kaiming', fan: (fan === 'in' ? inside : out) * kernel * kernel })
      const scale = named(`${norm}.weight`, [out], { kind: 'fill', value: 1 })
      const offset = named(`${norm}.bias`, [out], { kind: 'fill', value: 0 })
      const mean = named(`${norm}.running_mean`, [out], { kind: 'fill', value: 0 }, false)
      const variance = named(`${norm}.running_var`, [out], { kind: 'fill', value: 1 }, false)
      const state = { scale: scale.value, offset: offset.value, runningMean: mean.value, runningVariance: variance.value }
      const normed = batchNorm(conv2d(x, filter.value, stride, groups), state, training)
      if (training) updates.push(assign(mean.handle, normed.runningMean), assign(variance.handle, normed.runningVariance))
      return normed.y
    },
    cosine(features, name, classes, scale) {
      const weight = named(`${name}.weight`, [features.shape[1]!, classes], { kind: 'unit-columns' })
      return multiply(matMul(normalize(features, 1), normalize(weight.value, 0)), scale)
    },
    linear(features, name, classes) {
      const inside = features.shape[1]!
      const weight = named(`${name}.weight`, [classes, inside], { kind: 'kaiming', fan: inside })
      const bias = named(`${name}.bias`, [classes], { kind: 'uniform', bound: 1 / Math.sqrt(inside) })
      return biasAdd(matMul(features, weight.value, { transposeB: true }), bias.value)
    },
  })
  return { variables, training: mode(true), inference: mode(false), updates }
}

/** Trained values by the authors' names, laid out as the variables above are. */
export type Weights = ReadonlyMap<string, Float32Array>

/**
 * For inference alone: weights as constants, batch norm folded into the convolution before it, so that TensorFlow
 * runs convolution, bias and ReLU as one.
 * @param type what convolutions compute in; features and classifiers stay in float32
 */
export function foldedLayers(graph: Graph, weights: Weights, type: FloatType = 'float32'): Layers {
  const named = (name: string): Float32Array => {
    const values = weights.get(name)
    if (!values) throw new Error(`The weights hold no ${name}.`)
    return values
  }
  /** Learnt scales of the classes' logits, where a run has them. */
  const scaled = (name: string, logits: Tensor): Tensor => {
    const scales = weights.get(`${name}.scales`)
    return scales ? multiply(logits, constant(graph, scales, [scales.length])) : logits
  }
  return {
    convolution(x, { conv, norm }, { kernel, out, stride, groups = 1 }) {
      const [scale, offset, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map((part) => named(`${norm}.${part}`))
      const channels = Array.from({ length: out }, (_, c) => foldedBatchNorm(scale![c]!, offset![c]!, mean![c]!, variance![c]!))
      const filter = named(`${conv}.weight`).map((value, n) => value * channels[n % out]!.factor)
      const shift = Float32Array.from(channels, (channel) => channel.shift)
      const filterTensor = constant(graph, filter, [kernel, kernel, x.shape[3]! / groups, out])
      return biasAdd(conv2d(cast(x, type), cast(filterTensor, type), stride, groups), cast(constant(graph, shift, [out]), type))
    },
    cosine(features, name, classes, scale) {
      const weight = constant(graph, named(`${name}.weight`), [features.shape[1]!, classes])
      return scaled(name, multiply(matMul(normalize(features, 1), normalize(weight, 0)), scale))
    },
    linear(features, name, classes) {
      const weight = constant(graph, named(`${name}.weight`), [classes, features.shape[1]!])
      return scaled(name, biasAdd(matMul(features, weight, { transposeB: true }), constant(graph, named(`${name}.bias`), [classes])))
    },
  }
}

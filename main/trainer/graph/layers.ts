/** The heavy operations of a network, each with its gradient. Images are [n, h, w, channels]. */
import { atLeast, multiply, reciprocalSquareRoot, square } from './arithmetic.ts'
import { apply, shapeOf, typed, unknownSize, type Shape, type Tensor } from './graph.ts'
import { sum } from './reduce.ts'
import { pad } from './shaping.ts'

/**
 * Convolution with zeros on every side, as PyTorch pads it: (kernel - 1) / 2 of them for an odd square kernel.
 * TensorFlow's SAME does so for a stride of 1 only; for others the zeros are added first. (Its EXPLICIT would say the
 * same in one operation, but oneDNN has no gradients for it: a training step takes twice as long.)
 *
 * With groups, group g of the results sees group g of the channels alone. TensorFlow takes the number from the filter's
 * shape; docs/decisions/0007-grouped-convolution.md says where its kernels can do so.
 * @param x [n, h, w, in]
 * @param filter [k, k, in / groups, out]
 * @returns [n, ceil(h / stride), ceil(w / stride), out]
 */
export function conv2d(x: Tensor, filter: Tensor, stride: number, groups = 1): Tensor {
  const [batch, height, width, inside] = x.shape
  const [kernel, , filterInside, out] = filter.shape
  if (inside !== filterInside! * groups) throw new Error(`A convolution of ${filterInside! * groups} channels was given ${inside}.`)
  if (out! % groups !== 0) throw new Error(`A convolution of ${groups} groups cannot have ${out} results.`)
  const around = (kernel! - 1) / 2
  const shape = [batch!, Math.ceil(height! / stride), Math.ceil(width! / stride), out!]
  if (stride === 1 || kernel === 1) return convolve(x, filter, shape, stride, 'SAME')
  return convolve(pad(x, [[0, 0], [around, around], [around, around], [0, 0]]), filter, shape, stride, 'VALID')
}

/**
 * The largest of every 3 x 3, two apart, as PyTorch's max pool with a padding of 1. Zeros are put around, where PyTorch
 * has minus infinity: the same for what comes out of a ReLU.
 * @param x [n, h, w, channels], nowhere negative
 * @returns [n, ceil(h / 2), ceil(w / 2), channels]
 */
export function maxPool(x: Tensor): Tensor {
  return pool(pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]), 3, 2)
}

/**
 * Every `stride`-th row and column, from the first on. The largest of each single value is that value, and TensorFlow
 * sees a pool keep the batch's size, which of a slice it does not: only then does it fuse an addition into a convolution.
 */
export function subsample(x: Tensor, stride: number): Tensor {
  return pool(x, 1, stride)
}

function pool(x: Tensor, kernel: number, stride: number): Tensor {
  const [batch, height, width, channels] = x.shape
  const along = (size: number): number => Math.floor((size - kernel) / stride) + 1
  const attributes = { ...typed(x), ksize: { ints: [1, kernel, kernel, 1] }, strides: { ints: [1, stride, stride, 1] }, padding: { text: 'VALID' }, data_format: { text: 'NHWC' } }
  return apply('MaxPool', [x], [batch!, along(height!), along(width!), channels!], ([dy], { outputs: [y] }) => [apply('MaxPoolGrad', [x, y!, dy!], x.shape, null, attributes)], attributes)
}

function convolve(x: Tensor, filter: Tensor, shape: Shape, stride: number, padding: 'SAME' | 'VALID'): Tensor {
  const attributes = {
    ...typed(x),
    strides: { ints: [1, stride, stride, 1] },
    padding: { text: padding },
    data_format: { text: 'NHWC' },
    dilations: { ints: [1, 1, 1, 1] },
    use_cudnn_on_gpu: { bool: true },
  }
  return apply('Conv2D', [x, filter], shape, ([dy]) => {
    const { graph } = x.operation
    const byInput = graph.add('Conv2DBackpropInput', { inputs: [shapeOf(x), filter, dy!], attributes, outputs: [{ dtype: x.dtype, shape: x.shape }], gradient: null })
    const byFilter = graph.add('Conv2DBackpropFilter', { inputs: [x, shapeOf(filter), dy!], attributes, outputs: [{ dtype: x.dtype, shape: filter.shape }], gradient: null })
    return [byInput.outputs[0], byFilter.outputs[0]]
  }, attributes)
}

export interface BatchNormState {
  readonly scale: Tensor
  readonly offset: Tensor
  readonly runningMean: Tensor
  readonly runningVariance: Tensor
}

const batchNormEpsilon = 1e-5
/** Weight of the newest batch in the running statistics: PyTorch's momentum. */
const batchNormMomentum = 0.1

/**
 * Batch norm over n, h and w. In training it normalises by the batch and answers the running statistics as they
 * should become (the variance unbiased, as PyTorch has it); in inference it normalises by them and answers them as they are.
 */
export function batchNorm(x: Tensor, state: BatchNormState, training: boolean): { readonly y: Tensor; readonly runningMean: Tensor; readonly runningVariance: Tensor } {
  const channel = { dtype: 'float32', shape: state.scale.shape } as const
  const attributes = { ...typed(x), U: { type: 'float32' }, epsilon: { float: batchNormEpsilon }, data_format: { text: 'NHWC' }, is_training: { bool: training } } as const
  const operation = x.operation.graph.add('FusedBatchNormV3', {
    inputs: [x, state.scale, state.offset, state.runningMean, state.runningVariance],
    attributes: { ...attributes, exponential_avg_factor: { float: training ? batchNormMomentum : 1 } },
    // y, running mean, running variance, and three that only the gradient's kernel understands
    outputs: [{ dtype: x.dtype, shape: x.shape }, channel, channel, channel, channel, { dtype: 'float32', shape: [unknownSize] }],
    gradient: ([dy], { outputs }) => {
      if (!training) throw new Error('A batch norm in inference mode has no gradient here.')
      return x.operation.graph.add('FusedBatchNormGradV3', {
        inputs: [dy!, x, state.scale, ...outputs.slice(3)],
        attributes,
        outputs: [{ dtype: x.dtype, shape: x.shape }, channel, channel, channel, channel],
        gradient: null,
      }).outputs
    },
  })
  return { y: operation.outputs[0]!, runningMean: operation.outputs[1]!, runningVariance: operation.outputs[2]! }
}

/** What batch norm in inference mode does to a channel: y = x * factor + shift. */
export function foldedBatchNorm(scale: number, offset: number, mean: number, variance: number): { readonly factor: number; readonly shift: number } {
  const factor = scale / Math.sqrt(variance + batchNormEpsilon)
  return { factor, shift: offset - mean * factor }
}

/** A bias [channels] for the last axis. */
export function biasAdd(x: Tensor, bias: Tensor): Tensor {
  const gradient = (dy: Tensor): Tensor => apply('BiasAddGrad', [dy], bias.shape, null, { ...typed(x), data_format: { text: 'NHWC' } })
  return apply('BiasAdd', [x, bias], x.shape, ([dy]) => [dy, gradient(dy!)], { ...typed(x), data_format: { text: 'NHWC' } })
}

interface Transposed {
  readonly transposeA?: boolean
  readonly transposeB?: boolean
}

/** a [n, k] times b [k, m]; either may come transposed. */
export function matMul(a: Tensor, b: Tensor, { transposeA = false, transposeB = false }: Transposed = {}): Tensor {
  const shape = [a.shape[transposeA ? 1 : 0]!, b.shape[transposeB ? 0 : 1]!]
  return apply('MatMul', [a, b], shape, ([dy]) => {
    const byA = transposeA ? matMul(b, dy!, { transposeA: transposeB, transposeB: true }) : matMul(dy!, b, { transposeB: !transposeB })
    const byB = transposeB ? matMul(dy!, a, { transposeA: true, transposeB: transposeA }) : matMul(a, dy!, { transposeA: !transposeA })
    return [byA, byB]
  }, { ...typed(a), transpose_a: { bool: transposeA }, transpose_b: { bool: transposeB } })
}

/** x over its L2 norm along an axis; the norm is taken to be 1e-12 at least, as in PyTorch's `normalize`. */
export function normalize(x: Tensor, axis: number): Tensor {
  return multiply(x, reciprocalSquareRoot(atLeast(sum(square(x), [axis], true), 1e-24)))
}

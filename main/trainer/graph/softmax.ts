/** Probabilities over the last axis, and the cross entropy of a true class. */
import { exponential, multiply, subtract } from './arithmetic.ts'
import { apply, typed, type Tensor } from './graph.ts'
import { sum } from './reduce.ts'
import { oneHot } from './shaping.ts'

/** dx = y (dy - sum(dy y)) */
export function softmax(logits: Tensor): Tensor {
  const last = logits.shape.length - 1
  return apply('Softmax', [logits], logits.shape, ([dy], { outputs: [y] }) => [multiply(subtract(dy!, sum(multiply(dy!, y!), [last], true)), y!)], typed(logits))
}

/** dx = dy - softmax(x) sum(dy) */
export function logSoftmax(logits: Tensor): Tensor {
  const last = logits.shape.length - 1
  return apply('LogSoftmax', [logits], logits.shape, ([dy], { outputs: [y] }) => [subtract(dy!, multiply(exponential(y!), sum(dy!, [last], true)))], typed(logits))
}

/**
 * Cross entropy of each row with its true class. Of operations that have deterministic kernels on a GPU too: TensorFlow's
 * own SparseSoftmaxCrossEntropyWithLogits has none and refuses to run where they are asked for.
 * @param logits [n, classes]
 * @param labels int32 [n]
 * @returns [n]
 */
export function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  return multiply(sum(multiply(oneHot(labels, logits.shape[1]!), logSoftmax(logits)), [1]), -1)
}

/** The k largest along the last axis, largest first, the lower index first among equals. */
export function topK(x: Tensor, k: number): { readonly values: Tensor; readonly indices: Tensor } {
  const shape = [...x.shape.slice(0, -1), k]
  const count = x.operation.graph.add('Const', { attributes: { dtype: { type: 'int32' }, value: { tensor: { dtype: 'int32', shape: [], values: Int32Array.of(k) } } }, outputs: [{ dtype: 'int32', shape: [] }], gradient: null }).outputs[0]!
  const [values, indices] = x.operation.graph.add('TopKV2', {
    inputs: [x, count],
    attributes: { ...typed(x), sorted: { bool: true }, Tk: { type: 'int32' }, index_type: { type: 'int32' } },
    outputs: [{ dtype: x.dtype, shape }, { dtype: 'int32', shape }],
    gradient: null,
  }).outputs
  return { values: values!, indices: indices! }
}

/**
 * The k most probable classes of each row, best first, with their softmax: [n, k] each. Ranked by the logits, since most
 * of many probabilities round to the same 0.
 */
export function mostProbable(logits: Tensor, k: number): { readonly classes: Tensor; readonly probabilities: Tensor } {
  return { classes: topK(logits, k).indices, probabilities: topK(softmax(logits), k).values }
}

/** Moves values around without changing them. */
import { apply, constant, integers, shapeOf, typed, unknownSize, type Shape, type Tensor } from './graph.ts'

/** One size may be -1. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  if (shape.length === x.shape.length && shape.every((size, axis) => size === x.shape[axis])) return x
  return apply('Reshape', [x, integers(x.operation.graph, shape)], shape, ([dy]) => [reshape(dy!, x.shape), undefined], { ...typed(x), Tshape: { type: 'int32' } })
}

/** Zeros around: `[before, after]` for every axis. */
export function pad(x: Tensor, around: readonly (readonly [before: number, after: number])[]): Tensor {
  const { graph } = x.operation
  const shape = x.shape.map((size, axis) => (size === unknownSize ? size : size + around[axis]![0] + around[axis]![1]))
  const amounts = constant(graph, Int32Array.from(around.flat()), [around.length, 2])
  return apply('Pad', [x, amounts], shape, ([dy]) => [cut(dy!, around.map(([before]) => before), x), undefined], { ...typed(x), Tpaddings: { type: 'int32' } })
}

/** The part of `x`, from `start` on, that has the shape of `like`. */
function cut(x: Tensor, start: readonly number[], like: Tensor): Tensor {
  return apply('Slice', [x, integers(x.operation.graph, start), shapeOf(like)], like.shape, null, { ...typed(x), Index: { type: 'int32' } })
}

/** The part from `start` on; a size of -1 is all there are. No gradient flows through. */
export function slice(x: Tensor, start: readonly number[], sizes: readonly number[]): Tensor {
  const { graph } = x.operation
  const shape = sizes.map((size, axis) => (size === -1 && x.shape[axis] !== unknownSize ? x.shape[axis]! - start[axis]! : size))
  return apply('Slice', [x, integers(graph, start), integers(graph, sizes)], shape, null, { ...typed(x), Index: { type: 'int32' } })
}

/** Rows of `table` [rows, ...] by index [n]: [n, ...]. Its gradient adds up what goes to the same row. */
export function gather(table: Tensor, indices: Tensor): Tensor {
  const { graph } = table.operation
  const [rows, ...rest] = table.shape
  const gradient = (dy: Tensor): Tensor =>
    apply('UnsortedSegmentSum', [dy, indices, constant(graph, Int32Array.of(rows!), [])], table.shape, null, { ...typed(dy), Tindices: { type: 'int32' }, Tnumsegments: { type: 'int32' } })
  return apply('GatherV2', [table, indices, constant(graph, Int32Array.of(0), [])], [...indices.shape, ...rest], ([dy]) => [gradient(dy!), undefined, undefined], {
    Tparams: { type: table.dtype },
    Tindices: { type: 'int32' },
    Taxis: { type: 'int32' },
    batch_dims: { int: 0 },
  })
}

/** float32 [n, classes]: 1 at each index, else 0. */
export function oneHot(indices: Tensor, classes: number): Tensor {
  const { graph } = indices.operation
  const inputs = [indices, constant(graph, Int32Array.of(classes), []), constant(graph, Float32Array.of(1), []), constant(graph, Float32Array.of(0), [])] as const
  return apply('OneHot', inputs, [...indices.shape, classes], null, { T: { type: 'float32' }, TI: { type: 'int32' }, axis: { int: -1 } }, 'float32')
}

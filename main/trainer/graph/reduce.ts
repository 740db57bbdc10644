/** Sums over axes, and their inverse, spreading out again. */
import { apply, integers, shapeOf, typed, type Shape, type Tensor } from './graph.ts'
import { reshape } from './shaping.ts'

/** Sum over the axes, which stay as size 1 with `keep`. Without axes, over everything. */
export function sum(x: Tensor, axes: readonly number[] = x.shape.map((_, axis) => axis), keep = false): Tensor {
  const { graph } = x.operation
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
  const shape = keep ? kept : x.shape.filter((_, axis) => !axes.includes(axis))
  return apply('Sum', [x, integers(graph, axes)], shape, ([dy]) => [spread(reshape(dy!, kept), x), undefined], { ...typed(x), Tidx: { type: 'int32' }, keep_dims: { bool: keep } })
}

/** `x` repeated along its axes of size 1 to the shape of `like`. */
function spread(x: Tensor, like: Tensor): Tensor {
  return apply('BroadcastTo', [x, shapeOf(like)], like.shape, null, { ...typed(x), Tidx: { type: 'int32' } })
}

/** Undoes a broadcast: the gradient of something that was spread is the sum over where it went. */
export function reduceTo(gradient: Tensor, like: Tensor): Tensor {
  if (sameShape(gradient.shape, like.shape)) return gradient
  const lead = gradient.shape.length - like.shape.length
  const axes = gradient.shape.flatMap((size, axis) => (axis < lead || (like.shape[axis - lead] === 1 && size !== 1) ? [axis] : []))
  return reshape(sum(gradient, axes), like.shape)
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis])
}

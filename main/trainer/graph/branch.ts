/** Parts of a graph that run only where a value of the same run says so. */
import { apply, integers, typed, type Tensor } from './graph.ts'

/** Whether a mask [n] holds anywhere: a scalar. */
export function anyOf(mask: Tensor): Tensor {
  return apply('Any', [mask, integers(mask.operation.graph, [0])], [], null, { Tidx: { type: 'int32' }, keep_dims: { bool: false } })
}

/** `x` where the condition, a scalar, holds. Where it does not, nothing runs that comes of it, up to `settled`. */
export function onlyIf(condition: Tensor, x: Tensor): Tensor {
  return switched(condition, x).whereTrue
}

/** What came of `onlyIf`; the other value, of the same shape but for its rows, where it did not run. */
export function settled(condition: Tensor, maybe: Tensor, otherwise: Tensor): Tensor {
  return apply('Merge', [maybe, switched(condition, otherwise).whereFalse], maybe.shape, null, { ...typed(maybe), N: { int: 2 } })
}

function switched(condition: Tensor, x: Tensor): { readonly whereFalse: Tensor; readonly whereTrue: Tensor } {
  const same = { dtype: x.dtype, shape: x.shape }
  const [whereFalse, whereTrue] = x.operation.graph.add('Switch', { inputs: [x, condition], attributes: typed(x), outputs: [same, same], gradient: null }).outputs
  return { whereFalse: whereFalse!, whereTrue: whereTrue! }
}

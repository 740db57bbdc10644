/** Comparisons, what follows from them, and the rows of a batch that they choose. */
import { cast } from './arithmetic.ts'
import { apply, typed, unknownSize, type Tensor } from './graph.ts'
import { reshape } from './shaping.ts'

/** Of tensors of one shape. */
export function equal(a: Tensor, b: Tensor): Tensor {
  return apply('Equal', [a, b], a.shape, null, { ...typed(a), incompatible_shape_error: { bool: true } }, 'bool')
}

/** @param threshold a scalar */
export function isAbove(x: Tensor, threshold: Tensor): Tensor {
  return apply('Greater', [x, threshold], x.shape, null, typed(x), 'bool')
}

export function both(a: Tensor, b: Tensor): Tensor {
  return apply('LogicalAnd', [a, b], a.shape, null)
}

export function either(a: Tensor, b: Tensor): Tensor {
  return apply('LogicalOr', [a, b], a.shape, null)
}

export function not(x: Tensor): Tensor {
  return apply('LogicalNot', [x], x.shape, null)
}

/** Rows of `a` where a mask [n, 1] holds, of `b` where not. */
export function choose(mask: Tensor, a: Tensor, b: Tensor): Tensor {
  return apply('SelectV2', [mask, a, b], a.shape, null, typed(a), a.dtype)
}

/** Where a mask [n] holds, in order: int32 [m], m known only when the graph runs. */
export function placesWhere(mask: Tensor): Tensor {
  const places = apply('Where', [mask], [unknownSize, 1], null, { T: { type: 'bool' } }, 'int64')
  return reshape(cast(places, 'int32'), [unknownSize])
}

/**
 * `table` with other rows in some places.
 * @param table [n, ...]
 * @param places int32 [m], each once
 * @param rows [m, ...]
 */
export function withRows(table: Tensor, places: Tensor, rows: Tensor): Tensor {
  return apply('TensorScatterUpdate', [table, reshape(places, [unknownSize, 1]), rows], table.shape, null, { ...typed(table), Tindices: { type: 'int32' } })
}

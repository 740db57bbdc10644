/** Averages; the size of a batch is known only when the graph runs. */
import { cast, divide, multiply } from './arithmetic.ts'
import { apply, integers, shapeOf, unknownSize, type Tensor } from './graph.ts'
import { sum } from './reduce.ts'

/** In float32, whatever type the values have: a narrow one loses what is small beside the sum. */
export function mean(values: Tensor, axes: readonly number[] = values.shape.map((_, axis) => axis)): Tensor {
  const x = cast(values, 'float32')
  const known = axes.map((axis) => x.shape[axis]!)
  if (!known.includes(unknownSize)) return multiply(sum(x, axes), 1 / known.reduce((product, size) => product * size, 1))
  if (!axes.includes(0)) throw new Error('Only the first axis may be of unknown size.')
  const others = known.filter((size) => size !== unknownSize).reduce((product, size) => product * size, 1)
  return divide(sum(x, axes), multiply(batchSize(x), others))
}

/** Size of the first axis, as a float32 scalar known when the graph runs. */
function batchSize(x: Tensor): Tensor {
  const first = apply('StridedSlice', [shapeOf(x), ...[0, 1, 1].map((place) => integers(x.operation.graph, [place]))], [], null, {
    T: { type: 'int32' },
    Index: { type: 'int32' },
    ...Object.fromEntries(['begin_mask', 'end_mask', 'ellipsis_mask', 'new_axis_mask'].map((mask) => [mask, { int: 0 }])),
    shrink_axis_mask: { int: 1 },
  })
  return cast(first, 'float32')
}

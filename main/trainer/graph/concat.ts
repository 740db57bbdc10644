/** Tensors side by side. */
import { apply, constant, integers, typed, type Tensor } from './graph.ts'

/** [n, a] and [n, b] and ... -> [n, a + b + ...] */
export function besideEachOther(parts: readonly [Tensor, ...Tensor[]]): Tensor {
  const { graph } = parts[0].operation
  const widths = parts.map(({ shape }) => shape[1]!)
  const starts = widths.map((_, n) => widths.slice(0, n).reduce((sum, width) => sum + width, 0))
  const width = widths.reduce((sum, own) => sum + own, 0)
  const axis = constant(graph, Int32Array.of(1), [])
  const columns = (dy: Tensor, n: number): Tensor =>
    // A size of -1 is all there are.
    apply('Slice', [dy, integers(graph, [0, starts[n]!]), integers(graph, [-1, widths[n]!])], parts[n]!.shape, null, { ...typed(dy), Index: { type: 'int32' } })
  return apply('ConcatV2', [...parts, axis] as [Tensor, ...Tensor[]], [parts[0].shape[0]!, width], ([dy]) => parts.map((_, n) => columns(dy!, n)), {
    ...typed(parts[0]),
    N: { int: parts.length },
    Tidx: { type: 'int32' },
  })
}

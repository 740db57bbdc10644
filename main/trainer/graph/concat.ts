/** Tensors side by side. */
import { apply, constant, typed, type Tensor } from './graph.ts'
import { slice } from './shaping.ts'

/** [n, a] and [n, b] and ... -> [n, a + b + ...] */
export function besideEachOther(parts: readonly [Tensor, ...Tensor[]]): Tensor {
  const { graph } = parts[0].operation
  const widths = parts.map(({ shape }) => shape[1]!)
  const starts = widths.map((_, n) => widths.slice(0, n).reduce((sum, width) => sum + width, 0))
  const width = widths.reduce((sum, own) => sum + own, 0)
  const axis = constant(graph, Int32Array.of(1), [])
  const columns = (dy: Tensor, n: number): Tensor => slice(dy, [0, starts[n]!], [-1, widths[n]!])
  return apply('ConcatV2', [...parts, axis] as [Tensor, ...Tensor[]], [parts[0].shape[0]!, width], ([dy]) => parts.map((_, n) => columns(dy!, n)), {
    ...typed(parts[0]),
    N: { int: parts.length },
    Tidx: { type: 'int32' },
  })
}

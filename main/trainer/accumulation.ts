/**
 * A batch that goes through in parts, for less memory: each part's gradients, times its share of the batch's images,
 * are added up, and one step is taken by the sums.
 *
 * With a loss that is a mean over the images this is the whole batch's gradient, however the parts are cut. It is not
 * quite so where a part is looked at as a whole: batch norm normalises by the part, a mean weighted by classes divides
 * by the part's own sum of weights (the batch's value where that is the same in every part), and mixup's partners come
 * from the part.
 */
import { multiply } from './graph/arithmetic.ts'
import { placeholder, type Operation, type Tensor } from './graph/graph.ts'
import { assign, assignAdd, variable, type Variable } from './graph/variables.ts'

export interface GradientSums {
  /** Fed with each part: its images over the batch's. */
  readonly share: Tensor
  /** In the order of the parameters. */
  readonly values: readonly Tensor[]
  /** All have to run with the first part, which overwrites what the last batch left. */
  readonly begin: readonly Operation[]
  /** All have to run with every other part. */
  readonly more: readonly Operation[]
}

export function accumulate(parameters: readonly Variable[], gradients: readonly Tensor[]): GradientSums {
  const { graph } = gradients[0]!.operation
  const share = placeholder(graph, 'share', 'float32', [])
  const sums = parameters.map(({ name, shape }) => variable(graph, `${name}/gradient`, shape))
  const parts = gradients.map((gradient) => multiply(gradient, share))
  return {
    share,
    values: sums.map(({ value }) => value),
    begin: sums.map(({ handle }, n) => assign(handle, parts[n]!)),
    more: sums.map(({ handle }, n) => assignAdd(handle, parts[n]!)),
  }
}

/** Where the parts of a batch begin and end: as even as can be, none empty. */
export function partsOf(from: number, to: number, parts: number): { readonly from: number; readonly to: number }[] {
  const count = Math.min(parts, to - from)
  const cut = (n: number): number => from + Math.floor((n * (to - from)) / count)
  return Array.from({ length: count }, (_, n) => ({ from: cut(n), to: cut(n + 1) }))
}

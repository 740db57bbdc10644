/**
 * A batch that goes through in parts, for less memory: each part's gradients, times its share of the batch's images,
 * are added up, and one step is taken by the sums.
 *
 * With a loss that is a mean over the images, weighted or not, this is the whole batch's gradient, however the parts are
 * cut. It is not quite so where a part is looked at as a whole: batch norm in training normalises by the part, and mixup's
 * partners come from the part.
 */
import { multiply } from './graph/arithmetic.ts'
import { done, placeholder, type Graph, type Operation, type Tensor } from './graph/graph.ts'
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

export interface StepInParts {
  /** Fed with each part: its images over the batch's. */
  readonly share: Tensor
  /** Fetched with the loss of the first part, and of every other one. */
  readonly begin: Tensor
  readonly more: Tensor
  /** Fetched after the last part, to make the step. */
  readonly finish: Tensor
}

/**
 * What to fetch to make a step: with a batch at once, and in parts where the run does.
 * @param updates of the parameters
 * @param statistics updates of what moves with every part
 */
export function stepOf(graph: Graph, { updates, sums }: { readonly updates: readonly Operation[]; readonly sums: GradientSums | null }, statistics: readonly Operation[]): { readonly step: Tensor; readonly parts?: StepInParts } {
  const step = done(graph, 'step', [...updates, ...statistics])
  if (!sums) return { step }
  const parts = {
    share: sums.share,
    begin: done(graph, 'begin', [...sums.begin, ...statistics]),
    more: done(graph, 'more', [...sums.more, ...statistics]),
    finish: done(graph, 'finish', updates),
  }
  return { step, parts }
}

/** Where the parts of a batch begin and end: as even as can be, none empty. */
export function partsOf(from: number, to: number, parts: number): { readonly from: number; readonly to: number }[] {
  const count = Math.min(parts, to - from)
  const cut = (n: number): number => from + Math.floor((n * (to - from)) / count)
  return Array.from({ length: count }, (_, n) => ({ from: cut(n), to: cut(n + 1) }))
}

/** SGD with momentum, Nesterov and weight decay on every parameter, as `torch.optim.SGD` does it. */
import { accumulate, type GradientSums } from './accumulation.ts'
import { add, multiply } from './graph/arithmetic.ts'
import { gradients } from './graph/gradients.ts'
import type { Operation, Tensor } from './graph/graph.ts'
import { applyNesterov, variable, type Variable } from './graph/variables.ts'

export interface OptimizerConfig {
  readonly momentum: number
  readonly weightDecay: number
  /** Parts that a batch goes through in. */
  readonly accumulate: number
}

export interface Optimizer {
  /** Gradients of the loss alone, by parameter name. */
  readonly gradients: ReadonlyMap<string, Tensor>
  /** Momentum by the names of the parameters. */
  readonly momenta: ReadonlyMap<string, Variable>
  /** One step is all of them: by the gradients, or by their sums where a batch goes through in parts. */
  readonly updates: readonly Operation[]
  /** Null where a batch goes through at once. */
  readonly sums: GradientSums | null
}

export function sgd(loss: Tensor, parameters: readonly Variable[], learningRate: Tensor, { momentum, weightDecay, accumulate: parts }: OptimizerConfig): Optimizer {
  const { graph } = loss.operation
  const byParameter = gradients(loss, parameters.map(({ value }) => value))
  const sums = parts > 1 ? accumulate(parameters, byParameter) : null
  const momenta = parameters.map(({ name, shape }) => variable(graph, `${name}/momentum`, shape))
  const updates = parameters.map((parameter, n) => {
    const decayed = add((sums?.values ?? byParameter)[n]!, multiply(parameter.value, weightDecay))
    return applyNesterov(parameter, momenta[n]!, decayed, learningRate, momentum)
  })
  const named = <T>(values: readonly T[]): ReadonlyMap<string, T> => new Map(parameters.map(({ name }, n) => [name, values[n]!]))
  return { gradients: named(byParameter), momenta: named(momenta), updates, sums }
}

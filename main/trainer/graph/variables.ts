/** State that lives in the session between runs: parameters, running statistics, momentum. */
import { apply, placeholder, scalar, typed, type Graph, type Operation, type Shape, type Tensor } from './graph.ts'

export interface Variable {
  readonly name: string
  readonly shape: Shape
  /** What `read` and the updates work on. */
  readonly handle: Tensor
  /** The value at the start of a run; read once, however many use it. */
  readonly value: Tensor
  /** Fed to set the variable; `assign` has to run with it. */
  readonly fed: Tensor
  readonly assign: Operation
}

export function variable(graph: Graph, name: string, shape: Shape): Variable {
  const handle = graph.add('VarHandleOp', {
    name,
    attributes: { dtype: { type: 'float32' }, shape: { shape }, shared_name: { text: name }, container: { text: '' } },
    outputs: [{ dtype: 'resource', shape: [] }],
    gradient: null,
  }).outputs[0]!
  const value = apply('ReadVariableOp', [handle], shape, null, { dtype: { type: 'float32' } }, 'float32')
  const fed = placeholder(graph, `${name}/fed`, 'float32', shape)
  return { name, shape, handle, value, fed, assign: assign(handle, fed) }
}

export function assign(handle: Tensor, value: Tensor): Operation {
  return handle.operation.graph.add('AssignVariableOp', {
    inputs: [handle, value],
    attributes: { dtype: { type: 'float32' }, validate_shape: { bool: false } },
    outputs: [],
    gradient: null,
  })
}

/** Adds to what the variable holds. */
export function assignAdd(handle: Tensor, value: Tensor): Operation {
  return handle.operation.graph.add('AssignAddVariableOp', { inputs: [handle, value], attributes: { dtype: { type: 'float32' } }, outputs: [], gradient: null })
}

/**
 * One step of SGD with Nesterov momentum, as PyTorch has it: m <- mu m + g, p <- p - lr (g + mu m), where g includes
 * the weight decay. The rate stays out of the momentum, so that it may change between steps.
 */
export function applyNesterov(parameter: Variable, momentum: Variable, gradient: Tensor, learningRate: Tensor, decay: number): Operation {
  return parameter.handle.operation.graph.add('ResourceApplyMomentum', {
    inputs: [parameter.handle, momentum.handle, learningRate, gradient, scalar(parameter.handle.operation.graph, decay)],
    attributes: { ...typed(gradient), use_locking: { bool: false }, use_nesterov: { bool: true } },
    outputs: [],
    gradient: null,
  })
}

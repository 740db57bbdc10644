/** Reverse-mode differentiation: from the loss backwards through the operations' gradients. */
import { sumOf } from './arithmetic.ts'
import { scalar, type Operation, type Tensor } from './graph.ts'

/**
 * The gradients of a scalar loss by each of `sources`, added to the loss's graph.
 * @throws where a source has no influence on the loss
 */
export function gradients(loss: Tensor, sources: readonly Tensor[]): Tensor[] {
  if (loss.shape.length > 0) throw new Error(`Gradients are taken of a scalar, not of shape [${loss.shape.join(', ')}].`)
  const { graph } = loss.operation
  const forward = graph.operations.slice(0, loss.operation.place + 1)
  const influenced = influencedBy(sources, forward)

  const arrived = new Map<Tensor, Tensor[]>([[loss, [scalar(graph, 1)]]])
  const total = (tensor: Tensor): Tensor | undefined => {
    const [first, ...rest] = arrived.get(tensor) ?? []
    if (first === undefined) return undefined
    const whole = sumOf([first, ...rest])
    arrived.set(tensor, [whole])
    return whole
  }

  for (const operation of forward.reverse()) {
    if (!operation.gradient || !influenced.has(operation)) continue
    const dys = operation.outputs.map(total)
    if (dys.every((dy) => dy === undefined)) continue
    const dxs = operation.gradient(dys, operation)
    for (const [n, input] of operation.inputs.entries()) {
      const dx = dxs[n]
      if (dx && (influenced.has(input.operation) || sources.includes(input))) arrived.set(input, [...(arrived.get(input) ?? []), dx])
    }
  }
  return sources.map((source) => {
    const gradient = total(source)
    if (!gradient) throw new Error(`The loss does not depend on ${source.operation.name}.`)
    return gradient
  })
}

/** The operations whose outputs change with a source: through the others no gradient needs to flow. */
function influencedBy(sources: readonly Tensor[], forward: readonly Operation[]): Set<Operation> {
  const sourceOperations = new Set(sources.map((source) => source.operation))
  const influenced = new Set<Operation>()
  for (const operation of forward) {
    if (sourceOperations.has(operation) || (operation.gradient && operation.inputs.some((input) => influenced.has(input.operation)))) influenced.add(operation)
  }
  return influenced
}

/** The one graph of a training run: a step, inference for validation, and the setting and reading of all state. */
import type { RunConfig } from '../../shared/recipe.ts'
import { done, placeholder, sizeOf, unknownSize, type Graph, type Tensor } from './graph/graph.ts'
import type { Session, Values } from './graph/session.ts'
import type { Variable } from './graph/variables.ts'
import { lossOf } from './losses.ts'
import { trainableLayers, type ModelVariable } from './models/layers.ts'
import { expertLogits, modelOf } from './models/model.ts'
import { sgd } from './optimizer.ts'

export interface TrainingNetwork {
  /** Fed with every step, besides images and labels. */
  readonly fed: { readonly learningRate: Tensor; readonly classWeights: Tensor; readonly temperature: Tensor }
  readonly trainLogits: readonly [Tensor, ...Tensor[]]
  readonly loss: Tensor
  readonly gradients: ReadonlyMap<string, Tensor>
  /** Fetched, with the loss, to make a step. */
  readonly step: Tensor
  /** In inference mode, of `inferenceImages`. */
  readonly inferenceLogits: readonly [Tensor, ...Tensor[]]
  /** By the authors' names. */
  readonly variables: ReadonlyMap<string, ModelVariable>
  readonly momenta: ReadonlyMap<string, Variable>
  /** Fetched to set every variable from what is fed to it. */
  readonly assigned: Tensor
}

export interface NetworkInputs {
  /** Normalised, [n, s, s, 3]. */
  readonly trainImages: Tensor
  readonly inferenceImages: Tensor
  /** int32 [n] */
  readonly labels: Tensor
}

export function trainingNetwork(graph: Graph, config: RunConfig, classCounts: readonly number[], { trainImages, inferenceImages, labels }: NetworkInputs): TrainingNetwork {
  const classes = classCounts.length
  const fed = {
    learningRate: placeholder(graph, 'learningRate', 'float32', []),
    classWeights: placeholder(graph, 'classWeights', 'float32', [classes]),
    temperature: placeholder(graph, 'temperature', 'float32', [classes]),
  }
  const model = { ...config, classes }
  const layers = trainableLayers(graph)
  const trainLogits = expertLogits(modelOf(layers.training, model), config.experts, trainImages)
  const loss = lossOf({ ...config, classCounts }, { logits: trainLogits, labels, ...fed })
  const parameters = [...layers.variables.values()].filter(({ trained }) => trained)
  const optimizer = sgd(loss, parameters, fed.learningRate, config)
  return {
    fed,
    trainLogits,
    loss,
    gradients: optimizer.gradients,
    step: done(graph, 'step', [...optimizer.updates, ...layers.updates]),
    inferenceLogits: expertLogits(modelOf(layers.inference, model), config.experts, inferenceImages),
    variables: layers.variables,
    momenta: optimizer.momenta,
    assigned: done(graph, 'assigned', [...layers.variables.values(), ...optimizer.momenta.values()].map(({ assign }) => assign)),
  }
}

export const imagesShape = (size: number): readonly number[] => [unknownSize, size, size, 3]

/** Everything a run's state consists of, by name; a momentum is called like its parameter with `/momentum` after it. */
export type State = ReadonlyMap<string, Float32Array>

function allVariables({ variables, momenta }: Pick<TrainingNetwork, 'variables' | 'momenta'>): Variable[] {
  return [...variables.values(), ...momenta.values()]
}

export function readState(session: Session, network: TrainingNetwork): State {
  const all = allVariables(network)
  const values = session.run([], all.map(({ value }) => value))
  return new Map(all.map(({ name }, n) => [name, values[n] as Float32Array]))
}

/** Sets every variable; momentum that the state lacks starts at zero. */
export function writeState(session: Session, network: TrainingNetwork, state: State): void {
  const zeroed = new Set([...network.momenta.values()].map(({ name }) => name))
  const feeds = allVariables(network).map(({ name, shape, fed }): readonly [Tensor, Values] => {
    const values = state.get(name) ?? (zeroed.has(name) ? new Float32Array(sizeOf(shape)) : undefined)
    if (values?.length !== sizeOf(shape)) throw new Error(`The state's ${name} does not have the shape [${shape.join(', ')}].`)
    return [fed, values]
  })
  session.run(feeds, [network.assigned])
}

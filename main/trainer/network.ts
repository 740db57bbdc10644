/** The one graph of a training run: a step, inference for validation, and the setting and reading of all state. */
import type { RunConfig } from '../../shared/recipe.ts'
import { stepOf, type StepInParts } from './accumulation.ts'
import { done, placeholder, sizeOf, unknownSize, type Graph, type Operation, type Tensor } from './graph/graph.ts'
import type { Session, Values } from './graph/session.ts'
import type { Variable } from './graph/variables.ts'
import { lossOf, taught } from './losses.ts'
import type { LossConfig, LossInputs } from './losses/inputs.ts'
import { mixedLoss, type Mixup } from './mixup.ts'
import { trainableLayers, type ModelVariable } from './models/layers.ts'
import { expertLogits, meanOf, modelOf } from './models/model.ts'
import { sgd, type OptimizerConfig } from './optimizer.ts'

export interface TrainingNetwork {
  /** Fed with every step, besides images and labels. */
  readonly fed: {
    readonly learningRate: Tensor
    /** Of each class; a second stage knows neither. */
    readonly classWeights?: Tensor
    readonly temperature?: Tensor
    /** Mean weight of the whole batch's images, where it goes through in parts and classes are weighed. */
    readonly meanWeight?: Tensor
  }
  readonly trainLogits: readonly [Tensor, ...Tensor[]]
  readonly loss: Tensor
  readonly gradients: ReadonlyMap<string, Tensor>
  /** Fetched, with the loss, to make a step with a batch at once. */
  readonly step: Tensor
  /** To make a step with a batch in parts instead, where the run does. */
  readonly parts?: StepInParts
  /** In inference mode, of `inferenceImages`. */
  readonly inferenceLogits: readonly [Tensor, ...Tensor[]]
  /** What the network answers with them, [n, classes]: their mean, or with a router the mean of those that it asks. */
  readonly output: Tensor
  /** By the authors' names. */
  readonly variables: ReadonlyMap<string, ModelVariable>
  readonly momenta: ReadonlyMap<string, Variable>
  /** Fetched to set every variable from what is fed to it. */
  readonly assigned: Tensor
}

/** The network of experts that are trained themselves. */
export interface ExpertsNetwork extends TrainingNetwork {
  readonly fed: TrainingNetwork['fed'] & { readonly classWeights: Tensor; readonly temperature: Tensor }
}

export interface NetworkInputs {
  /** Normalised, [n, s, s, 3], mixed where the run mixes. */
  readonly trainImages: Tensor
  readonly inferenceImages: Tensor
  /** int32 [n] */
  readonly labels: Tensor
  /** What the training images were mixed by. */
  readonly mixup?: Mixup | undefined
  /** A teacher's mean logits of the training images, [n, classes]. */
  readonly teacher?: Tensor | undefined
}

export function trainingNetwork(graph: Graph, config: RunConfig, classCounts: readonly number[], inputs: NetworkInputs): ExpertsNetwork {
  const classes = classCounts.length
  const fed = {
    learningRate: placeholder(graph, 'learningRate', 'float32', []),
    classWeights: placeholder(graph, 'classWeights', 'float32', [classes]),
    temperature: placeholder(graph, 'temperature', 'float32', [classes]),
    ...(config.accumulate > 1 && config.reweight !== 'never' && { meanWeight: placeholder(graph, 'meanWeight', 'float32', []) }),
  }
  const model = { ...config, classes }
  const layers = trainableLayers(graph)
  const trainLogits = expertLogits(modelOf(layers.training, model), config.experts, inputs.trainImages)
  const loss = trainingLoss({ ...config, classCounts }, { logits: trainLogits, temperature: fed.temperature, classWeights: config.reweight === 'never' ? null : fed.classWeights, meanWeight: fed.meanWeight }, inputs)
  const parameters = [...layers.variables.values()].filter(({ trained }) => trained)
  const inferenceLogits = expertLogits(modelOf(layers.inference, model), config.experts, inputs.inferenceImages)
  return {
    fed,
    trainLogits,
    inferenceLogits,
    output: meanOf(inferenceLogits),
    // With parts, running statistics move with each of them; the step itself is the parameters' alone.
    ...steppedBy(graph, config, { loss, learningRate: fed.learningRate, variables: layers.variables, trained: parameters, statistics: layers.updates }),
  }
}

interface Stepped {
  readonly loss: Tensor
  readonly learningRate: Tensor
  readonly variables: ReadonlyMap<string, ModelVariable>
  /** Those among them that the loss is lowered by. */
  readonly trained: readonly Variable[]
  /** Updates of what moves with every part of a batch. */
  readonly statistics: readonly Operation[]
}

/** What follows from a loss and what it trains: gradients, a step, momentum, and the setting of all state. */
export function steppedBy(graph: Graph, config: OptimizerConfig, { loss, learningRate, variables, trained, statistics }: Stepped): Pick<TrainingNetwork, 'loss' | 'variables' | 'gradients' | 'momenta' | 'step' | 'parts' | 'assigned'> {
  const optimizer = sgd(loss, trained, learningRate, config)
  const { gradients, momenta } = optimizer
  return { loss, variables, gradients, momenta, ...stepOf(graph, optimizer, statistics), assigned: done(graph, 'assigned', [...variables.values(), ...momenta.values()].map(({ assign }) => assign)) }
}

/** Of the labels, or of those that were mixed; learning from the teacher as well where there is one. */
function trainingLoss(config: LossConfig & Pick<RunConfig, 'teacherTemperature'>, known: Omit<LossInputs, 'labels'>, { labels, mixup, teacher }: NetworkInputs): Tensor {
  const ofLabels = (own: Tensor): Tensor => lossOf(config, { ...known, labels: own })
  const loss = mixup ? mixedLoss(ofLabels, labels, mixup) : ofLabels(labels)
  return teacher ? taught(loss, known.logits, teacher, config.teacherTemperature) : loss
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

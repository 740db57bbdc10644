/**
 * Second stages on a finished run's frozen experts, batch norm in inference mode: classifiers trained anew (cRT), their
 * logits scaled (LWS) or their norms evened out (tau-normalisation; Kang et al. 2020), or a router.
 */
import { Failure } from '../../shared/failure.ts'
import type { RunConfig } from '../../shared/recipe.ts'
import { usualThreshold } from '../../shared/routing.ts'
import { multiply, sumOf } from './graph/arithmetic.ts'
import { placeholder, scalar, type Graph, type Tensor } from './graph/graph.ts'
import { mean } from './graph/mean.ts'
import { crossEntropy } from './graph/softmax.ts'
import { variable } from './graph/variables.ts'
import { trainableLayers, type ModelVariable, type TrainableLayers } from './models/layers.ts'
import { expertLogits, meanOf, modelOf, type Model } from './models/model.ts'
import { steppedBy, type NetworkInputs, type TrainingNetwork } from './network.ts'
import { decided, isRouter, routerLoss, routerOf, scoredExperts } from './router.ts'
import { scalesName } from './scales.ts'
import { isTrainedIn } from './secondStageStart.ts'

type Logits = readonly [Tensor, ...Tensor[]]

interface Built {
  readonly trainLogits: Logits
  readonly inferenceLogits: Logits
  /** What the network answers in inference, [n, classes]. */
  readonly output: Tensor
  readonly loss: Tensor
  readonly variables: ReadonlyMap<string, ModelVariable>
}

/** @throws Failure `invalid-input` where there is nothing for a router to choose */
export function secondStageNetwork(graph: Graph, config: RunConfig, classCounts: readonly number[], inputs: NetworkInputs): TrainingNetwork {
  const classes = classCounts.length
  const layers = trainableLayers(graph)
  const model = modelOf(layers.inference, { ...config, classes })
  const { loss, variables, ...built } = config.stage === 'router' ? routerStage(layers, model, config, inputs) : classifierStage(graph, layers, model, config, classes, inputs)
  const fed = { learningRate: placeholder(graph, 'learningRate', 'float32', []) }
  const trained = [...variables.values()].filter(({ name }) => isTrainedIn(config.stage, name))
  return { fed, ...built, ...steppedBy(graph, config, { loss, learningRate: fed.learningRate, variables, trained, statistics: [] }) }
}

/** Every expert's own classifier on its own features: cross entropies summed over the experts. */
function classifierStage(graph: Graph, layers: TrainableLayers, model: Model, { stage, experts }: RunConfig, classes: number, { trainImages, inferenceImages, labels }: NetworkInputs): Built {
  const scales = stage === 'lws' ? Array.from({ length: experts }, (_, e): ModelVariable => ({ ...variable(graph, scalesName(e), [classes]), initial: { kind: 'fill', value: 1 }, trained: true })) : []
  const scaled: Model = { ...model, logits: (features, e) => (scales[e] ? multiply(model.logits(features, e), scales[e].value) : model.logits(features, e)) }
  const trainLogits = expertLogits(scaled, experts, trainImages)
  const inferenceLogits = expertLogits(scaled, experts, inferenceImages)
  return {
    trainLogits,
    inferenceLogits,
    output: meanOf(inferenceLogits),
    loss: sumOf(trainLogits.map((logits) => mean(crossEntropy(logits, labels))) as [Tensor, ...Tensor[]]),
    variables: new Map([...layers.variables, ...scales.map((own) => [own.name, own] as const)]),
  }
}

function routerStage(layers: TrainableLayers, model: Model, { experts, routerTopLogits, routerPositiveWeight }: RunConfig, { trainImages, inferenceImages, labels }: NetworkInputs): Built {
  if (experts < 2) throw new Failure('invalid-input', 'A router chooses how many experts to ask, and the run has one. Train a run with two experts or more.')
  const router = routerOf(layers.inference, routerTopLogits)
  const training = scoredExperts(model, router, experts, trainImages)
  const inference = scoredExperts(model, router, experts, inferenceImages)
  return {
    trainLogits: training.logits,
    inferenceLogits: inference.logits,
    output: decided(inference, scalar(trainImages.operation.graph, usualThreshold)),
    loss: routerLoss(training, labels, routerPositiveWeight),
    variables: new Map([...layers.variables].map(([name, own]) => [name, isRouter(name) ? asLinearStarts(own, layers) : own])),
  }
}

/** As PyTorch's linear layers start: weight and bias uniform within 1 / sqrt(inputs). */
function asLinearStarts(own: ModelVariable, { variables }: TrainableLayers): ModelVariable {
  const weight = variables.get(own.name.replace(/bias$/, 'weight'))!
  return { ...own, initial: { kind: 'uniform', bound: 1 / Math.sqrt(weight.shape[1]!) } }
}

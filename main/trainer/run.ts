/** A training run's graph with its session: what the loop asks of TensorFlow, in the loop's words. */
import type { RunConfig } from '../../shared/recipe.ts'
import { transformSize } from './augment.ts'
import type { Batch } from './batches.ts'
import type { TrainJob } from './contract.ts'
import { Graph, placeholder, unknownSize, type Tensor } from './graph/graph.ts'
import { normalizePixels, transformImages } from './graph/images.ts'
import type { Binding } from './graph/native.ts'
import { openSession, type Values } from './graph/session.ts'
import { topK } from './graph/softmax.ts'
import { classWeightsOf, temperatureOf } from './losses.ts'
import { meanOf } from './models/model.ts'
import { imagesShape, readState, trainingNetwork, writeState, type NetworkInputs, type State, type TrainingNetwork } from './network.ts'
import { isReweighted, learningRateAt } from './schedule.ts'
import { startOf } from './start.ts'

/** What a run's graph and its first state follow from. */
export type RunJob = Pick<TrainJob, 'config' | 'classCounts' | 'baseFolder'>

export interface Run {
  readonly shapes: ReadonlyMap<string, readonly number[]>
  /** Sets every variable to where the run begins. @throws Failure `unreadable` where a second stage's base has no checkpoint */
  initialize(): void
  /**
   * One training step; answers the loss from before it.
   * @param matrices what happens to each image, [n, 8]; not looked at without augmentation
   * @param epoch counted from 1
   */
  step(batch: Batch, matrices: Float32Array, epoch: number): number
  /** Best class of each image: of the experts' mean first, then of each expert. */
  classify(pixels: Uint8Array): Int32Array[]
  read(): State
  write(state: State): void
  close(): void
}

export function openRun(binding: Binding, job: RunJob): Run {
  const { config, classCounts } = job
  const graph = new Graph()
  const pixels = placeholder(graph, 'pixels', 'uint8', imagesShape(config.imageSize))
  const matrices = placeholder(graph, 'matrices', 'float32', [unknownSize, transformSize])
  const labels = placeholder(graph, 'labels', 'int32', [unknownSize])
  const network = networkOf(graph, config, classCounts, {
    trainImages: normalizePixels(config.augment ? transformImages(pixels, matrices) : pixels, config.backbone),
    inferenceImages: normalizePixels(pixels, config.backbone),
    labels,
  })
  const best = [meanOf(network.inferenceLogits), ...network.inferenceLogits].map((logits) => topK(logits, 1).indices)
  const session = openSession(binding, graph)

  const ones = new Float32Array(classCounts.length).fill(1)
  const classWeights = classWeightsOf(classCounts, config.reweightBeta)
  const temperature = temperatureOf(classCounts, config.temperatureSpread)
  const variables = [...network.variables.values()]

  return {
    shapes: new Map([...variables, ...network.momenta.values()].map(({ name, shape }) => [name, shape])),
    initialize: () => writeState(session, network, startOf(job, network)),
    step(batch, transforms, epoch) {
      const reweighted = isReweighted(epoch, config)
      const feeds: [Tensor, Values][] = [
        [pixels, batch.pixels],
        [labels, batch.labels],
        [network.fed.learningRate, Float32Array.of(learningRateAt(epoch, config))],
        [network.fed.classWeights, reweighted ? classWeights : ones],
        [network.fed.temperature, reweighted ? temperature : ones],
      ]
      if (config.augment) feeds.push([matrices, transforms])
      return session.run(feeds, [network.loss, network.step])[0]![0]!
    },
    classify: (images) => session.run([[pixels, images]], best) as Int32Array[],
    read: () => readState(session, network),
    write: (state) => writeState(session, network, state),
    close: () => session.close(),
  }
}

/** The network that a stage trains. */
function networkOf(graph: Graph, config: RunConfig, classCounts: readonly number[], inputs: NetworkInputs): TrainingNetwork {
  switch (config.stage) {
    case 'experts':
      return trainingNetwork(graph, config, classCounts, inputs)
    default:
      throw new Error(`There is no stage ${config.stage}.`)
  }
}

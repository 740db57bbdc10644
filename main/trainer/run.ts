/** A training run's graph with its session: what the loop asks of TensorFlow, in the loop's words. */
import type { RunConfig } from '../../shared/recipe.ts'
import { partsOf } from './accumulation.ts'
import { augmentation } from './augmentation.ts'
import type { PixelFile } from './batches.ts'
import type { PixelSet, TrainJob } from './contract.ts'
import { Graph, placeholder, unknownSize, type Tensor } from './graph/graph.ts'
import { normalizePixels, renormalize } from './graph/images.ts'
import type { Binding } from './graph/native.ts'
import { openSession, type Values } from './graph/session.ts'
import { topK } from './graph/softmax.ts'
import { classWeightsOf } from './losses/crossEntropy.ts'
import { temperatureOf } from './losses/ride.ts'
import { mixedImages, mixup, mixupFeeds } from './mixup.ts'
import { imagesShape, readState, trainingNetwork, writeState, type NetworkInputs, type State, type TrainingNetwork } from './network.ts'
import type { EpochPlan } from './order.ts'
import { isReweighted, learningRateAt } from './schedule.ts'
import { secondStageNetwork } from './secondStage.ts'
import { startOf } from './start.ts'
import { teacherLogits } from './teacher.ts'

/** What a run's graph and its first state follow from. */
type RunJob = Pick<TrainJob, 'config' | 'classCounts' | 'baseFolder' | 'teacher'>

export interface Run {
  readonly shapes: ReadonlyMap<string, readonly number[]>
  /**
   * Sets every variable to where the run begins.
   * @returns how many training batches its batch norms have seen by then
   * @throws Failure where a file that it begins from cannot be used
   */
  initialize(): number
  /**
   * One training step with the next batch of an epoch, the last one as short as it comes.
   * @param step of the epoch's steps, counted from 0
   * @returns the loss, from before the step, the number of images, and how many batches the batch norms saw: each part is
   * one to them, and a second stage shows them none
   */
  step(pixels: PixelFile, set: PixelSet, plan: EpochPlan, step: number): { readonly loss: number; readonly images: number; readonly tracked: number }
  /** Best class of each image: the network's own first, then that of each expert. */
  classify(pixels: Uint8Array): Int32Array[]
  read(): State
  write(state: State): void
  close(): void
}

/** @throws Failure `invalid-input` where the teacher does not fit, `unreadable` where it has no checkpoint */
export function openRun(binding: Binding, job: RunJob): Run {
  const { config, classCounts } = job
  const graph = new Graph()
  const pixels = placeholder(graph, 'pixels', 'uint8', imagesShape(config.imageSize))
  const labels = placeholder(graph, 'labels', 'int32', [unknownSize])
  const augmented = augmentation(graph, pixels, config)
  const mixing = config.mixup > 0 ? mixup(graph) : undefined
  const trainImages = mixing ? mixedImages(augmented.images, mixing) : augmented.images
  const teacher = job.teacher ? teacherLogits(graph, job.teacher, classCounts.length, renormalize(trainImages, config.backbone, job.teacher.config.backbone)) : undefined
  const network = networkOf(graph, config, classCounts, { trainImages, inferenceImages: normalizePixels(pixels, config.backbone), labels, mixup: mixing, teacher })
  const best = [network.output, ...network.inferenceLogits].map((logits) => topK(logits, 1).indices)
  const session = openSession(binding, graph)

  const ones = new Float32Array(classCounts.length).fill(1)
  const classWeights = classWeightsOf(classCounts, config.reweightBeta)
  const temperature = temperatureOf(classCounts, config.temperatureSpread)

  const perPart = config.stage === 'experts' ? 1 : 0

  const weightsIn = (epoch: number): Float32Array => (isReweighted(epoch, config) ? classWeights : ones)
  /** What does not change within an epoch. */
  const epochFeeds = (epoch: number): [Tensor, Values][] => [
    [network.fed.learningRate, Float32Array.of(learningRateAt(epoch, config))],
    ...fedTo(network.fed.classWeights, weightsIn(epoch)),
    ...fedTo(network.fed.temperature, isReweighted(epoch, config) ? temperature : ones),
  ]
  /** Of the images that a step's whole batch consists of. */
  const meanWeight = ({ labels: of }: PixelSet, { epoch, order }: EpochPlan, from: number, to: number): Float32Array => {
    const weights = weightsIn(epoch)
    let sum = 0
    for (let n = from; n < to; n++) sum += weights[of[order[n]!]!]!
    return Float32Array.of(sum / (to - from))
  }

  return {
    shapes: new Map([...network.variables.values(), ...network.momenta.values()].map(({ name, shape }) => [name, shape])),
    initialize() {
      const { state, tracked } = startOf(job, network)
      writeState(session, network, state)
      return tracked
    },
    step(file, set, plan, step) {
      const { epoch, order, showings } = plan
      const from = step * config.batchSize
      const to = Math.min(from + config.batchSize, set.rows.length)
      const once = epochFeeds(epoch)
      /** @returns the mean loss of these images */
      const pass = (part: number, first: number, end: number, feeds: readonly [Tensor, Values][], effect: Tensor): number => {
        const batch = file.readBatch(set, order, first, end)
        const own: [Tensor, Values][] = [[pixels, batch.pixels], [labels, batch.labels], ...augmented.feeds(showings, first, end, epoch)]
        if (mixing) own.push(...mixupFeeds(mixing, { ...config, epoch, step }, part, end - first))
        return session.run([...once, ...own, ...feeds], [network.loss, effect])[0]![0]!
      }
      const { parts } = network
      if (!parts) return { loss: pass(0, from, to, [], network.step), images: to - from, tracked: perPart }
      let loss = 0
      const whole = fedTo(network.fed.meanWeight, meanWeight(set, plan, from, to))
      const cut = partsOf(from, to, config.accumulate)
      for (const [n, part] of cut.entries()) {
        const share = (part.to - part.from) / (to - from)
        loss += share * pass(n, part.from, part.to, [...whole, [parts.share, Float32Array.of(share)]], n === 0 ? parts.begin : parts.more)
      }
      session.run(once, [parts.finish])
      return { loss, images: to - from, tracked: cut.length * perPart }
    },
    classify: (images) => session.run([[pixels, images]], best) as Int32Array[],
    read: () => readState(session, network),
    write: (state) => writeState(session, network, state),
    close: () => session.close(),
  }
}

/** To what not every network has. */
function fedTo(tensor: Tensor | undefined, values: Values): [Tensor, Values][] {
  return tensor ? [[tensor, values]] : []
}

/** The network that a stage trains. */
function networkOf(graph: Graph, config: RunConfig, classCounts: readonly number[], inputs: NetworkInputs): TrainingNetwork {
  switch (config.stage) {
    case 'experts':
      return trainingNetwork(graph, config, classCounts, inputs)
    case 'crt':
    case 'lws':
    case 'tau-norm':
    case 'router':
      return secondStageNetwork(graph, config, classCounts, inputs)
  }
}

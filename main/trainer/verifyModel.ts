/** An exported model beside the run that it was made of, on images. */
import type { Verified } from '../../shared/contract/runs.ts'
import { Failure } from '../../shared/failure.ts'
import type { Emit } from '../../shared/rpc.ts'
import { pace } from '../pace.ts'
import { inTurn, openPixels } from './batches.ts'
import type { ExportJob, TrainerContract } from './contract.ts'
import { namedOutputs } from './exportedModel.ts'
import type { Graph, Tensor } from './graph/graph.ts'
import type { Binding } from './graph/native.ts'
import { openSession, type Values } from './graph/session.ts'
import { adjusted, inferenceGraph } from './inference.ts'
import { checkImages } from './job.ts'
import { offsetsIn } from './metadata.ts'
import type { Weights } from './models/layers.ts'
import { breathe, peakMemoryBytes } from './process.ts'
import { routedGraph } from './routed.ts'

const progressEveryMs = 250

export interface Comparison extends Verified {
  /** Of the run's own logits, by their size: what a difference is to be seen beside. */
  readonly largestLogit: number
}

/** Logits by the names of an exported model's outputs, [image][class] each, from uint8 [n, s, s, 3]. */
export type RunModel = (pixels: Uint8Array, images: number) => Promise<ReadonlyMap<string, Float32Array>>

/** @throws Failure `invalid-input` without images, and where the run itself answers with what are no numbers */
export async function verifyModel(binding: Binding, job: ExportJob, weights: Weights, runModel: RunModel, emit: Emit<TrainerContract>): Promise<Comparison> {
  const { config, images, pixelFile, classNames } = job
  const total = images.rows.length
  if (pixelFile === null || total === 0) throw new Failure('invalid-input', 'A model is held against the run on images before it is called done, and none were given. Export the weights as safetensors instead.')
  const verified = { images: total, flips: 0, largestDifference: 0, largestLogit: 0 }
  checkImages(images, classNames.length)
  const own = ownWay(job, weights)
  const session = openSession(binding, own.graph)
  const pixels = openPixels(pixelFile, config.imageSize)
  try {
    const due = pace(progressEveryMs)
    const began = performance.now()
    for (const { from, to, pixels: batch } of inTurn(pixels, images)) {
      const wanted = session.run(own.feeds(batch), [...own.outputs.values()]) as Float32Array[]
      const got = await runModel(batch, to - from)
      if (!wanted.every((logits) => logits.every(Number.isFinite))) throw new Failure('invalid-input', 'The run answers with what are no numbers, so a model of it would as well: its training diverged. Lower its learning rate and train again.')
      for (const [n, name] of [...own.outputs.keys()].entries()) {
        const logits = got.get(name) ?? new Float32Array(0)
        if (name === 'logits') verified.flips += flipsOf(logits, wanted[n]!, classNames.length)
        verified.largestLogit = wanted[n]!.reduce((largest, value) => Math.max(largest, Math.abs(value)), verified.largestLogit)
        verified.largestDifference = Math.max(verified.largestDifference, largestDifference(logits, wanted[n]!))
      }
      if (due(to === total)) emit('progress', { phase: 'evaluating', epoch: config.epochs, done: to, total, loss: null, imagesPerSecond: (to * 1000) / (performance.now() - began), peakMemoryBytes: peakMemoryBytes() })
      await breathe()
    }
    return verified
  } finally {
    pixels.close()
    session.close()
  }
}

/** The run's own way to its answer: with a router, experts that are not asked are not computed, so theirs are no outputs. */
function ownWay(job: ExportJob, weights: Weights): { graph: Graph; outputs: ReadonlyMap<string, Tensor>; feeds: (batch: Uint8Array) => (readonly [Tensor, Values])[] } {
  const { config, threshold } = job
  const classes = job.classNames.length
  const offsets = offsetsIn(job)
  if (threshold === null) {
    const { graph, pixels, mean, logits } = inferenceGraph(config, classes, weights)
    return { graph, outputs: namedOutputs(adjusted(mean, offsets), logits), feeds: (batch) => [[pixels, batch]] }
  }
  const { graph, pixels, threshold: above, output } = routedGraph(config, classes, weights)
  return { graph, outputs: namedOutputs(adjusted(output, offsets), []), feeds: (batch) => [[pixels, batch], [above, Float32Array.of(threshold)]] }
}

/** Images whose largest logit is another class's; of equal ones the first counts. */
function flipsOf(got: Float32Array, wanted: Float32Array, classes: number): number {
  let flips = 0
  for (let from = 0; from < wanted.length; from += classes) if (bestOf(got, from, classes) !== bestOf(wanted, from, classes)) flips += 1
  return flips
}

function bestOf(logits: Float32Array, from: number, classes: number): number {
  const own = logits.subarray(from, from + classes)
  return own.indexOf(own.reduce((best, value) => Math.max(best, value), -Infinity))
}

/** Infinite where one is no number, or one has more. */
function largestDifference(got: Float32Array, wanted: Float32Array): number {
  if (got.length !== wanted.length) return Infinity
  let largest = 0
  for (const [n, value] of wanted.entries()) {
    const difference = Math.abs(got[n]! - value)
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference
  }
  return largest
}

/** Scores images by a run's newest checkpoint: a graph of its own, the weights constants in it. */
import { closeSync, openSync, rmSync } from 'node:fs'
import { Failure } from '../../shared/failure.ts'
import type { RunConfig } from '../../shared/recipe.ts'
import type { Emit } from '../../shared/rpc.ts'
import { renameDurably, temporaryName } from '../atomic.ts'
import { pace } from '../pace.ts'
import { writeAllSync } from '../writeAll.ts'
import { imagesAtOnce, openPixels } from './batches.ts'
import { loadCheckpoint } from './checkpoint.ts'
import type { EvaluateJob, EvaluateResult, TrainerContract } from './contract.ts'
import { Graph, placeholder, type Tensor } from './graph/graph.ts'
import { normalizePixels } from './graph/images.ts'
import { loadTensorFlow, type Binding } from './graph/native.ts'
import { openSession } from './graph/session.ts'
import { softmax, topK } from './graph/softmax.ts'
import { checkClasses, checkImages } from './job.ts'
import { foldedLayers, type Weights } from './models/layers.ts'
import { expertLogits, meanOf, modelOf } from './models/model.ts'
import { imagesShape } from './network.ts'
import { stateFrom } from './weights.ts'
import { breathe, peakMemoryBytes } from './process.ts'

const progressEveryMs = 250

export async function evaluate(job: EvaluateJob, emit: Emit<TrainerContract>): Promise<EvaluateResult> {
  const { config, images } = job
  const binding = loadTensorFlow(config.device)
  checkClasses(job.classCounts)
  const { checkpoint } = loadCheckpoint(job.runFolder)
  const classes = job.classCounts.length
  const total = images.rows.length
  const guesses = Math.min(job.guesses, classes)
  const result = {
    guesses,
    guessClasses: new Uint32Array(total * guesses),
    guessProbabilities: new Float32Array(total * guesses),
    expertClasses: new Uint32Array(total * config.experts),
    expertProbabilities: new Float32Array(total * config.experts),
    expertsAsked: new Uint8Array(total).fill(config.experts),
  }

  const pixels = openPixels(job.pixelFile, config.imageSize)
  const logits = job.logitsFile === null ? undefined : openLogits(job.logitsFile, { experts: config.experts, images: total, classes })
  try {
    checkImages(images, classes)
    const network = openInference(binding, config, classes, stateFrom(checkpoint.tensors), guesses)
    try {
      const due = pace(progressEveryMs)
      const progress = (done: number, imagesPerSecond: number): void => {
        if (due()) emit('progress', { phase: 'evaluating', epoch: checkpoint.position.epochsDone, done, total, loss: null, imagesPerSecond, peakMemoryBytes: peakMemoryBytes() })
      }
      const atOnce = imagesAtOnce(config.imageSize)
      const order = images.rows.map((_, n) => n)
      const began = performance.now()
      for (let from = 0; from < total; from += atOnce) {
        const to = Math.min(from + atOnce, total)
        const answer = network.run(pixels.readBatch(images, order, from, to).pixels, logits !== undefined)
        result.guessClasses.set(answer.guessClasses, from * guesses)
        result.guessProbabilities.set(answer.guessProbabilities, from * guesses)
        for (let e = 0; e < config.experts; e++) {
          for (let n = 0; n < to - from; n++) {
            result.expertClasses[(from + n) * config.experts + e] = answer.expertClasses[e]![n]!
            result.expertProbabilities[(from + n) * config.experts + e] = answer.expertProbabilities[e]![n]!
          }
        }
        logits?.write(from, answer.logits)
        progress(to, (to * 1000) / (performance.now() - began))
        await breathe()
      }
      logits?.finish()
      return { ...result, imagesPerSecond: total > 0 ? (total * 1000) / (performance.now() - began) : 0, routing: null, fast: null }
    } finally {
      network.close()
    }
  } finally {
    logits?.close()
    pixels.close()
  }
}

interface Inference {
  run(pixels: Uint8Array, withLogits: boolean): {
    readonly guessClasses: Int32Array
    readonly guessProbabilities: Float32Array
    /** By expert, then image. */
    readonly expertClasses: readonly Int32Array[]
    readonly expertProbabilities: readonly Float32Array[]
    /** By expert, [image][class]; none unless asked for. */
    readonly logits: readonly Float32Array[]
  }
  close(): void
}

export function openInference(binding: Binding, config: RunConfig, classes: number, weights: Weights, guesses: number): Inference {
  const graph = new Graph()
  const pixels = placeholder(graph, 'pixels', 'uint8', imagesShape(config.imageSize))
  const logits = expertLogits(modelOf(foldedLayers(graph, weights), { ...config, classes }), config.experts, normalizePixels(pixels))
  const together = topK(softmax(meanOf(logits)), guesses)
  const each = logits.map((own) => topK(softmax(own), 1))
  const { experts } = config
  const session = openSession(binding, graph)
  return {
    run(images, withLogits) {
      const fetches: Tensor[] = [together.indices, together.values, ...each.map(({ indices }) => indices), ...each.map(({ values }) => values), ...(withLogits ? logits : [])]
      const [guessClasses, guessProbabilities, ...rest] = session.run([[pixels, images]], fetches)
      return {
        guessClasses: guessClasses as Int32Array,
        guessProbabilities: guessProbabilities as Float32Array,
        expertClasses: rest.slice(0, experts) as Int32Array[],
        expertProbabilities: rest.slice(experts, 2 * experts) as Float32Array[],
        logits: rest.slice(2 * experts) as Float32Array[],
      }
    },
    close: () => session.close(),
  }
}

/** A file of float32 [expert][image][class] that is there once it is whole. */
function openLogits(file: string, size: { readonly experts: number; readonly images: number; readonly classes: number }): { write(from: number, logits: readonly Float32Array[]): void; finish(): void; close(): void } {
  const temporary = temporaryName(file)
  const failed = (error: unknown): Failure => new Failure('disk', `The logits could not be written to ${file}: ${error instanceof Error ? error.message : String(error)}.`)
  const tried = <T>(action: () => T): T => {
    try {
      return action()
    } catch (error) {
      throw failed(error)
    }
  }
  const handle = tried(() => openSync(temporary, 'w'))
  let finished = false
  return {
    write(from, logits) {
      for (const [expert, values] of logits.entries()) {
        const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
        const place = (expert * size.images + from) * size.classes * Float32Array.BYTES_PER_ELEMENT
        tried(() => writeAllSync(handle, bytes, place))
      }
    },
    finish() {
      tried(() => renameDurably(temporary, file))
      finished = true
    },
    close() {
      closeSync(handle)
      if (!finished) rmSync(temporary, { force: true })
    },
  }
}

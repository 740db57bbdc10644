/** Scores images by a run's newest checkpoint: a graph of its own, the weights constants in it. */
import type { Emit } from '../../shared/rpc.ts'
import { pace } from '../pace.ts'
import { imagesAtOnce, openPixels } from './batches.ts'
import { loadCheckpoint } from './checkpoint.ts'
import type { EvaluateJob, EvaluateResult, TrainerContract } from './contract.ts'
import { loadTensorFlow } from './graph/native.ts'
import { openInference } from './inference.ts'
import { checkClasses, checkImages } from './job.ts'
import { openLogits } from './logitsFile.ts'
import { breathe, peakMemoryBytes } from './process.ts'
import { stateFrom } from './weights.ts'

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

/** Scores images by a run's newest checkpoint: a graph of its own, the weights constants in it. */
import { Failure } from '../../shared/failure.ts'
import type { Emit } from '../../shared/rpc.ts'
import { pace } from '../pace.ts'
import { imagesAtOnce, inTurn, openPixels } from './batches.ts'
import { loadCheckpoint } from './checkpoint.ts'
import type { EvaluateJob, EvaluateResult, TrainerContract } from './contract.ts'
import { fastScores, fastTypeOf } from './fast.ts'
import type { FloatType } from './graph/graph.ts'
import { loadTensorFlow } from './graph/native.ts'
import { openInference, type Answer } from './inference.ts'
import { checkClasses, checkImages } from './job.ts'
import { openLogits } from './logitsFile.ts'
import { openRoutedInference } from './routed.ts'
import { routedScores } from './routedScores.ts'
import { breathe, peakMemoryBytes } from './process.ts'
import { stateFrom } from './weights.ts'

const progressEveryMs = 250

export async function evaluate(job: EvaluateJob, emit: Emit<TrainerContract>): Promise<EvaluateResult> {
  const { config, images, offsets } = job
  const binding = loadTensorFlow(config.device)
  checkClasses(job.classCounts)
  const fastType = job.fast ? fastTypeOf(binding, config) : undefined
  const checkpoint = loadCheckpoint(job.runFolder)
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

  const closers: (() => void)[] = []
  const opened = <T extends { close(): void }>(one: T): T => {
    closers.push(() => one.close())
    return one
  }
  try {
    const pixels = opened(openPixels(job.pixelFile, config.imageSize))
    const logits = job.logitsFile === null ? undefined : opened(openLogits(job.logitsFile, { experts: config.experts, images: total, classes }))
    checkImages(images, classes)
    const weights = stateFrom(checkpoint.tensors)
    const scorer = (type: FloatType): ((batch: Uint8Array) => Answer) => {
      const network = opened(openInference(binding, config, classes, weights, guesses, { type, offsets }))
      return (batch) => network.run(batch, logits !== undefined)
    }
    const exact = scorer('float32')
    const narrow = fastType && scorer(fastType)
    const router = job.threshold === null ? undefined : { network: opened(openRoutedInference(binding, config, classes, weights, guesses, offsets)), threshold: job.threshold }
    const routing = router && routedScores(exact, (batch) => router.network.run(batch, router.threshold), { total, guesses, experts: config.experts })
    const fast = fastType && narrow && fastScores(fastType, exact, narrow, { total, guesses })

    // TensorFlow arranges a graph when it first runs, and oneDNN each operation for a size of batch: no part of the speed.
    if (total > 0) {
      const first = pixels.readBatch(images, images.rows.map((_, n) => n), 0, narrow || router ? Math.min(imagesAtOnce(config.imageSize), total) : 1).pixels
      exact(first)
      narrow?.(first)
      router?.network.run(first, 0)
    }
    const due = pace(progressEveryMs)
    const began = performance.now()
    const imagesPerSecond = (done: number): number => (done * 1000) / (performance.now() - began - (fast?.milliseconds ?? 0))
    for (const { from, to, pixels: batch } of inTurn(pixels, images)) {
      const both = routing?.score(batch, from)
      const answer = both?.everyone ?? fast?.score(batch, from) ?? exact(batch)
      const output = both?.routed ?? answer
      refuseNoNumbers(answer)
      result.guessClasses.set(output.guessClasses, from * guesses)
      result.guessProbabilities.set(output.guessProbabilities, from * guesses)
      if (both) result.expertsAsked.set(both.routed.expertsAsked, from)
      for (let e = 0; e < config.experts; e++) {
        for (let n = 0; n < to - from; n++) {
          result.expertClasses[(from + n) * config.experts + e] = answer.expertClasses[e]![n]!
          result.expertProbabilities[(from + n) * config.experts + e] = answer.expertProbabilities[e]![n]!
        }
      }
      logits?.write(from, answer.logits)
      if (due()) emit('progress', { phase: 'evaluating', epoch: checkpoint.position.epochsDone, done: to, total, loss: null, imagesPerSecond: imagesPerSecond(to), peakMemoryBytes: peakMemoryBytes() })
      await breathe()
    }
    logits?.finish()
    return { ...result, imagesPerSecond: total > 0 ? imagesPerSecond(total) : 0, routing: null, ...routing?.result(), fast: fast?.result() ?? null }
  } finally {
    for (const close of closers.reverse()) close()
  }
}

/** A softmax over anything that is not finite holds no number at all. @throws Failure `invalid-input` */
function refuseNoNumbers({ guessProbabilities, expertProbabilities, scores }: Answer): void {
  if ([guessProbabilities, ...expertProbabilities, ...scores].every((values) => values.every(Number.isFinite))) return
  throw new Failure('invalid-input', 'The run answers with what are no numbers, so there are no figures of it: its training diverged, or its weights are none that go together. Lower its learning rate and train again, or choose other weights.')
}

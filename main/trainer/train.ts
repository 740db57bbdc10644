/**
 * The training loop. A run that was stopped or killed goes on from its last checkpoint to the same bits: on the same
 * processor, and on the same GPU as long as TensorFlow's deterministic kernels are on, as they are unless turned off.
 */
import { Failure } from '../../shared/failure.ts'
import type { Emit } from '../../shared/rpc.ts'
import { hasCheckpoint } from '../checkpoints.ts'
import { pace } from '../pace.ts'
import { openPixels, type PixelFile } from './batches.ts'
import { discardCheckpoints, loadWholeCheckpoint, saveCheckpoint, type Position } from './checkpoint.ts'
import type { TrainerContract, TrainJob, TrainResult } from './contract.ts'
import { loadTensorFlow } from './graph/native.ts'
import { checkTrainJob } from './job.ts'
import { epochPlan } from './order.ts'
import { breathe, deviceName, peakMemoryBytes } from './process.ts'
import { openRun, type Run } from './run.ts'
import { learningRateAt } from './schedule.ts'
import { validate } from './validate.ts'
import { stateFrom, storedFrom, trackedBatches } from './weights.ts'

/** However long an epoch takes, a crash costs no more than this. */
const usualCheckpointMs = 60_000
const progressEveryMs = 250
/**
 * No run comes back from a loss beyond this, positive or negative: logits of a cosine classifier, which lie within the
 * scale, cannot make it, and a linear one's would have to be wrong by hundreds of thousands.
 */
const largestLoss = 1_000_000

export interface TrainWatch {
  readonly emit: Emit<TrainerContract>
  /** Asked between steps. */
  stopped(): boolean
  /** Least time from one checkpoint within an epoch to the next. */
  readonly checkpointEveryMs?: number
}

/** Where the loop begins. */
interface Start {
  readonly position: Position
  /** Training batches that the batch norms have seen: a second stage's saw theirs before it. */
  readonly tracked: number
}

/**
 * Trains until the last epoch or until it is stopped; either way the newest checkpoint holds all that was done.
 * @throws Failure `diverged` where the loss or the weights are no longer finite, or the loss is absurdly large; a checkpoint from before stays
 */
export async function train(job: TrainJob, watch: TrainWatch): Promise<TrainResult> {
  checkTrainJob(job)
  const binding = loadTensorFlow(job.config.device)
  const ranOn = { device: deviceName(binding), tensorflow: binding.TF_Version }
  const pixels = openPixels(job.pixelFile, job.config.imageSize)
  try {
    const run = openRun(binding, job)
    try {
      watch.emit('started', ranOn)
      const { position, images, ms } = await loop(run, job, pixels, job.resume ? resumed(run, job) : fresh(run, job), watch)
      return {
        finished: position.epochsDone === job.config.epochs,
        epochsDone: position.epochsDone,
        imagesPerSecond: rate(images, ms),
        peakMemoryBytes: peakMemoryBytes(),
        ...ranOn,
      }
    } finally {
      run.close()
    }
  } finally {
    pixels.close()
  }
}

function fresh(run: Run, job: TrainJob): Start {
  if (hasCheckpoint(job.runFolder)) throw new Failure('already-exists', 'The run has checkpoints already. Resume it, or start a new run.')
  const tracked = run.initialize()
  return { position: { epochsDone: 0, stepsDone: 0, lossSum: 0, seed: job.config.seed }, tracked }
}

function resumed(run: Run, job: TrainJob): Start {
  const { checkpoint, damaged } = loadWholeCheckpoint(job.runFolder)
  const { position, tensors } = checkpoint
  if (position.seed !== job.config.seed) throw new Failure('invalid-input', `The run was started with seed ${position.seed}; seed ${job.config.seed} was given. It can go on with its own seed only.`)
  run.write(stateFrom(tensors))
  discardCheckpoints(job.runFolder, damaged)
  return { position, tracked: trackedBatches(tensors) }
}

/** From a position to the end, or to where it is stopped; answers where that is and what its steps took. */
async function loop(run: Run, job: TrainJob, pixels: PixelFile, start: Start, { emit, stopped, checkpointEveryMs = usualCheckpointMs }: TrainWatch): Promise<{ position: Position; images: number; ms: number }> {
  const { config, train: set } = job
  // The last batch may be short, as PyTorch's loader leaves it: one image alone still gives a channel's batch norm a
  // value for each of its places.
  const stepsPerEpoch = Math.ceil(set.rows.length / config.batchSize)
  const taken = { images: 0, ms: 0 }
  let { position, tracked } = start
  let savedAt = performance.now()
  let loss: number | null = null
  const save = (state = finite(run, position, job)): void => {
    saveCheckpoint(job.runFolder, { position, tensors: storedFrom(state, run.shapes, tracked) })
    savedAt = performance.now()
  }
  const due = pace(progressEveryMs)
  const progress = (phase: 'training' | 'evaluating', done: number, total: number): void => {
    if (due()) emit('progress', { phase, epoch: position.epochsDone + 1, done, total, loss, imagesPerSecond: rate(taken.images, taken.ms), peakMemoryBytes: peakMemoryBytes() })
  }
  /** Until the epoch's last step, or until stopped. */
  const steps = async (epoch: number): Promise<void> => {
    const plan = epochPlan(set, config, epoch)
    while (position.stepsDone < stepsPerEpoch && !stopped()) {
      const began = performance.now()
      const step = run.step(pixels, set, plan, position.stepsDone)
      loss = step.loss
      if (!Number.isFinite(loss)) throw diverged(job, epoch, position.stepsDone + 1, 'the loss is no longer a finite number')
      if (Math.abs(loss) > largestLoss) throw diverged(job, epoch, position.stepsDone + 1, `the loss is ${loss.toExponential(1)}`)
      position = moved(position, loss * step.images)
      tracked += step.tracked
      taken.images += step.images
      taken.ms += performance.now() - began
      progress('training', position.stepsDone, stepsPerEpoch)
      await breathe()
      if (performance.now() - savedAt > checkpointEveryMs) save()
    }
  }

  // A run without epochs is what its start makes of another run's weights.
  if (config.epochs === 0) save()
  while (position.epochsDone < config.epochs) {
    const epoch = position.epochsDone + 1
    const began = { at: performance.now(), ...taken }
    await steps(epoch)
    const validation = stopped() ? undefined : await validate(run, pixels, job.val, job.classCounts, config.experts, { stopped, done: (images) => progress('evaluating', images, job.val.rows.length) })
    if (!validation) {
      save()
      break
    }
    const state = finite(run, position, job)
    // Told before it is saved: a crash in between tells the epoch twice, never not at all.
    emit('epoch', {
      epoch,
      learningRate: learningRateAt(epoch, config),
      loss: position.lossSum / set.rows.length,
      ...validation,
      imagesPerSecond: rate(taken.images - began.images, taken.ms - began.ms) ?? 0,
      seconds: (performance.now() - began.at) / 1000,
    })
    position = { ...position, epochsDone: epoch, stepsDone: 0, lossSum: 0 }
    save(state)
  }
  return { position, ...taken }
}

function moved(position: Position, loss: number): Position {
  return { ...position, stepsDone: position.stepsDone + 1, lossSum: position.lossSum + loss }
}

/** The state to keep: a step may have ruined the weights though its loss, taken before, was finite. */
function finite(run: Run, position: Position, job: TrainJob): ReadonlyMap<string, Float32Array> {
  const state = run.read()
  for (const values of state.values()) if (!values.every(Number.isFinite)) throw diverged(job, position.epochsDone + 1, position.stepsDone, 'a weight is no longer a finite number')
  return state
}

function diverged({ runFolder }: TrainJob, epoch: number, step: number, sign: string): Failure {
  const kept = hasCheckpoint(runFolder) ? 'The last good checkpoint is kept.' : 'It had no checkpoint yet.'
  return new Failure('diverged', `Training diverged in epoch ${epoch}, at step ${step}: ${sign}. Choose a lower learning rate. ${kept}`)
}

function rate(images: number, ms: number): number | null {
  return ms > 0 ? (images * 1000) / ms : null
}

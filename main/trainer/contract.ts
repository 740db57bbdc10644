/** What a service and the trainer's process say to each other. The trainer knows folders and arrays, no store. */
import * as v from 'valibot'
import { DevicesSchema } from '../../shared/contract/app.ts'
import { EpochSchema } from '../../shared/contract/runs.ts'
import { RunConfigSchema } from '../../shared/recipe.ts'
import { command } from '../../shared/rpc.ts'

/**
 * Images for a network: row `rows[n]` of the pixel file, uint8 [imageSize, imageSize, 3], has class index `labels[n]`.
 */
const PixelSetSchema = v.object({ rows: v.instance(Uint32Array), labels: v.instance(Uint32Array) })
export type PixelSet = v.InferOutput<typeof PixelSetSchema>

const TrainJobSchema = v.object({
  config: RunConfigSchema,
  /** Checkpoints go to `checkpoints/` in it. */
  runFolder: v.string(),
  pixelFile: v.string(),
  /** Training images of each class index. */
  classCounts: v.array(v.number()),
  train: PixelSetSchema,
  val: PixelSetSchema,
  /** Go on from the newest checkpoint that reads back whole; without one, an `unreadable` Failure. */
  resume: v.boolean(),
})
export type TrainJob = v.InferOutput<typeof TrainJobSchema>

const TrainResultSchema = v.object({
  /** False where `stop` ended it early. */
  finished: v.boolean(),
  epochsDone: v.number(),
  /** Of all training steps of this process, augmentation and feeding included, evaluation left out. */
  imagesPerSecond: v.nullable(v.number()),
  peakMemoryBytes: v.number(),
  device: v.string(),
  tensorflow: v.string(),
})
export type TrainResult = v.InferOutput<typeof TrainResultSchema>

const EvaluateJobSchema = v.object({
  config: RunConfigSchema,
  runFolder: v.string(),
  pixelFile: v.string(),
  classCounts: v.array(v.number()),
  images: PixelSetSchema,
  /** Where every expert's logits go, float32 [expert][image][class], little-endian; null to write none. */
  logitsFile: v.nullable(v.string()),
  /** Best guesses to answer for each image. */
  guesses: v.number(),
})
export type EvaluateJob = v.InferOutput<typeof EvaluateJobSchema>

const EvaluateResultSchema = v.object({
  /** Of the mean logits, best first: [image][guess]. `guesses` is at most the number of classes. */
  guesses: v.number(),
  guessClasses: v.instance(Uint32Array),
  guessProbabilities: v.instance(Float32Array),
  /** Each expert's own best guess: [image][expert]. */
  expertClasses: v.instance(Uint32Array),
  expertProbabilities: v.instance(Float32Array),
  /** How many experts were asked for each image. */
  expertsAsked: v.instance(Uint8Array),
  imagesPerSecond: v.number(),
})
export type EvaluateResult = v.InferOutput<typeof EvaluateResultSchema>

const nothing = v.object({})

export const trainerContract = {
  commands: {
    devices: command(v.object({ device: v.optional(v.picklist(['auto', 'cpu', 'gpu']), 'auto') }), DevicesSchema),
    train: command(TrainJobSchema, TrainResultSchema),
    /** Asks the training that is going on to write a checkpoint and end. */
    stop: command(nothing, nothing),
    evaluate: command(EvaluateJobSchema, EvaluateResultSchema),
    /** Writes the newest checkpoint's weights under the authors' names and layout. */
    export: command(v.object({ runFolder: v.string(), file: v.string() }), v.object({ tensors: v.number() })),
  },
  events: {
    /** Training begins, on this device. */
    started: v.object({ device: v.string(), tensorflow: v.string() }),
    progress: v.object({
      phase: v.picklist(['training', 'evaluating']),
      epoch: v.number(),
      done: v.number(),
      total: v.number(),
      loss: v.nullable(v.number()),
      imagesPerSecond: v.nullable(v.number()),
      peakMemoryBytes: v.number(),
    }),
    epoch: EpochSchema,
  },
}
export type TrainerContract = typeof trainerContract

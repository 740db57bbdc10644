/** What a service and the trainer's process say to each other. The trainer knows folders and arrays, no store. */
import * as v from 'valibot'
import { DevicesSchema } from '../../shared/contract/app.ts'
import { EpochSchema, VerifiedSchema, WeightsFitSchema } from '../../shared/contract/runs.ts'
import { DialSchema } from '../../shared/dial.ts'
import { backbones, RunConfigSchema } from '../../shared/recipe.ts'
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
  /** Folder of the finished run that a second stage starts from; null for `experts`. */
  baseFolder: v.nullable(v.string()),
  /** A finished run to learn from as well, of the same classes in the same order. */
  teacher: v.nullable(v.object({ config: RunConfigSchema, runFolder: v.string() })),
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
  /** A router asks the next expert where its sigmoid is above this; null where the run has none. */
  threshold: v.nullable(v.number()),
  /** Added to the mean logits, one for each class (shared/dial.ts); null where the run answers as it was trained. The logits that are written are the experts' own. */
  offsets: v.nullable(v.instance(Float32Array)),
  /** In a narrower number type as well. */
  fast: v.boolean(),
})
export type EvaluateJob = v.InferOutput<typeof EvaluateJobSchema>

const EvaluateResultSchema = v.object({
  /** Of the mean logits of the experts that were asked, best first: [image][guess]. `guesses` is at most the number of classes. */
  guesses: v.number(),
  guessClasses: v.instance(Uint32Array),
  guessProbabilities: v.instance(Float32Array),
  /** Each expert's own best guess: [image][expert]. */
  expertClasses: v.instance(Uint32Array),
  expertProbabilities: v.instance(Float32Array),
  /** How many experts were asked for each image. */
  expertsAsked: v.instance(Uint8Array),
  /** Of the way that the guesses came by: with a router, stopping where it stops. */
  imagesPerSecond: v.number(),
  routing: v.nullable(
    v.object({
      /** The router's sigmoid after each expert but the last, whether or not it was needed: [image][decision]. */
      scores: v.instance(Float32Array),
      /** First guess of all experts' mean: [image]. */
      allExpertsClasses: v.instance(Uint32Array),
      allExpertsImagesPerSecond: v.number(),
    }),
  ),
  fast: v.nullable(
    v.object({
      type: v.picklist(['bfloat16', 'float16']),
      imagesPerSecond: v.number(),
      exactImagesPerSecond: v.number(),
      /** First guesses, [image]. */
      classes: v.instance(Uint32Array),
    }),
  ),
})
export type EvaluateResult = v.InferOutput<typeof EvaluateResultSchema>

/** A setting of the dial as files keep it: classes by their names, and the offsets that it came to. */
export const AdjustmentSchema = v.object({
  tau: DialSchema.entries.tau,
  mix: DialSchema.entries.mix,
  shares: v.array(v.object({ className: v.string(), share: v.number() })),
  offsets: v.array(v.pipe(v.number(), v.finite())),
})
export type Adjustment = v.InferOutput<typeof AdjustmentSchema>

const ExportJobSchema = v.object({
  config: RunConfigSchema,
  runFolder: v.string(),
  /** In the order of the network's outputs. */
  classNames: v.array(v.string()),
  format: v.picklist(['safetensors', 'savedmodel', 'onnx']),
  file: v.string(),
  /** Whether what is there by the time that it is written may be replaced. */
  replace: v.boolean(),
  threshold: v.nullable(v.number()),
  adjustment: v.nullable(AdjustmentSchema),
  /** What a model is held against the run on; not looked at for weights alone. */
  pixelFile: v.nullable(v.string()),
  images: PixelSetSchema,
})
export type ExportJob = v.InferOutput<typeof ExportJobSchema>

/** What a weights file under the authors' names tells of its network. */
const WeightsDescriptionSchema = v.object({
  backbone: v.picklist(backbones),
  experts: v.number(),
  widths: v.picklist(['reduced', 'full']),
  sharedLayer3: v.boolean(),
  head: v.picklist(['cosine', 'linear']),
  router: v.boolean(),
  /** How many of the largest logits its router sees; null without one. */
  routerTopLogits: v.nullable(v.number()),
  classes: v.number(),
  /** What images were to it, where the file says so. */
  imageSize: v.nullable(v.number()),
  fit: v.nullable(v.picklist(['pad', 'crop'])),
  /** That its router was used with, where the file says so. */
  threshold: v.nullable(v.number()),
  /** That its answers were adjusted with, where the file says so. */
  adjustment: v.nullable(AdjustmentSchema),
  /** In the order of the outputs, where the file says so. */
  classNames: v.nullable(v.array(v.string())),
})
export type WeightsDescription = v.InferOutput<typeof WeightsDescriptionSchema>

const nothing = v.object({})

export const trainerContract = {
  commands: {
    devices: command(v.object({ device: v.optional(v.picklist(['auto', 'cpu', 'gpu']), 'auto') }), DevicesSchema),
    train: command(TrainJobSchema, TrainResultSchema),
    /** Asks the training that is going on to write a checkpoint and end. */
    stop: command(nothing, nothing),
    evaluate: command(EvaluateJobSchema, EvaluateResultSchema),
    /** Writes the newest checkpoint's weights, or a model made of them, and holds the model against the run. */
    export: command(ExportJobSchema, v.object({ tensors: v.number(), verified: v.nullable(VerifiedSchema) })),
    /** Reads a weights file, `.safetensors` or `.pth`, no further than its names and shapes. */
    describeWeights: command(v.object({ file: v.string() }), WeightsDescriptionSchema),
    /** Which stages of the network would start from the file. */
    weightsFit: command(v.object({ file: v.string(), config: RunConfigSchema }), WeightsFitSchema),
    /** Makes a weights file the checkpoint of a run that is finished. */
    importWeights: command(v.object({ file: v.string(), config: RunConfigSchema, classes: v.number(), runFolder: v.string() }), nothing),
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

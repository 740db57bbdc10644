import * as v from 'valibot'
import { DialSchema } from '../dial.ts'
import { RunConfigSchema, RunRequestSchema, SecondStageRequestSchema } from '../recipe.ts'
import { command } from '../rpc.ts'
import { AccuracySchema, CountSchema, IdSchema, PathSchema, ShareSchema, SplitSchema, TimeSchema, inProject } from './common.ts'
import { ClassResultSchema } from './confusions.ts'

/** `interrupted`: the process that trained it died. */
const runStatuses = ['preparing', 'training', 'evaluating', 'finished', 'stopped', 'interrupted', 'failed'] as const
const RunStatusSchema = v.picklist(runStatuses)
export type RunStatus = v.InferOutput<typeof RunStatusSchema>

/** A number of all images, and of those of each group; null where there was nothing to count. */
const ByGroupSchema = v.object({ all: v.nullable(v.number()), many: v.nullable(v.number()), medium: v.nullable(v.number()), few: v.nullable(v.number()) })
export type ByGroup = v.InferOutput<typeof ByGroupSchema>

/** Between 0 and 1, both left out, also in the network's float32: a router that always or never asks is none. */
export const ThresholdSchema = v.pipe(
  v.number('expected a number'),
  v.check((value) => Math.fround(value) > 0, 'expected more than 0'),
  v.check((value) => Math.fround(value) < 1, 'expected less than 1'),
)

/** What a router makes of a split at one threshold. */
const RoutedSchema = v.object({
  /** The next expert is asked where the router's sigmoid is above it. */
  threshold: ThresholdSchema,
  ...AccuracySchema.entries,
  expertsUsed: ByGroupSchema,
  /** 10^9 floating-point operations a sample, a multiply-accumulate counted as two. */
  gigaflops: ByGroupSchema,
})
export type Routed = v.InferOutput<typeof RoutedSchema>

const RoutingSchema = v.object({
  threshold: ThresholdSchema,
  /** The threshold that `imagesPerSecond` was measured at: scoring measures, moving the threshold does not. */
  measuredAt: ThresholdSchema,
  expertsUsed: ByGroupSchema,
  gigaflops: ByGroupSchema,
  /** The same images with every expert asked. */
  allExperts: v.object({ ...AccuracySchema.entries, gigaflops: v.number(), imagesPerSecond: v.number() }),
})
export type Routing = v.InferOutput<typeof RoutingSchema>

/** The same images scored in a narrower number type. */
const FastSchema = v.object({
  type: v.picklist(['bfloat16', 'float16']),
  imagesPerSecond: v.number(),
  /** Of float32, in the same minute. */
  exactImagesPerSecond: v.number(),
  /** Images whose first guess differs from that in float32. */
  flips: CountSchema,
  ...AccuracySchema.entries,
})
export type Fast = v.InferOutput<typeof FastSchema>

const EvaluationSchema = v.object({
  split: SplitSchema,
  images: CountSchema,
  ...AccuracySchema.entries,
  /** Each expert alone. */
  experts: v.array(AccuracySchema),
  /** Mean number of experts asked for an image. */
  expertsUsed: v.number(),
  imagesPerSecond: v.number(),
  /** Null without a router. */
  routing: v.nullable(RoutingSchema),
  /** Null until it was asked for. */
  fast: v.nullable(FastSchema),
})
export type Evaluation = v.InferOutput<typeof EvaluationSchema>

export const EpochSchema = v.object({
  /** Counted from 1. */
  epoch: CountSchema,
  learningRate: v.number(),
  /** Mean training loss over the epoch. */
  loss: v.number(),
  /** On the validation split; nulls where it is empty. */
  ...AccuracySchema.entries,
  experts: v.array(ShareSchema),
  imagesPerSecond: v.number(),
  seconds: v.number(),
})
export type Epoch = v.InferOutput<typeof EpochSchema>

export const RunSchema = v.object({
  id: IdSchema,
  name: v.string(),
  status: RunStatusSchema,
  /** One sentence where the run failed. */
  failure: v.nullable(v.string()),
  config: RunConfigSchema,
  classes: CountSchema,
  trainImages: CountSchema,
  valImages: CountSchema,
  epochsDone: CountSchema,
  /** A completed checkpoint lies there, maybe from the middle of an epoch: the weights can be scored and exported. */
  hasCheckpoint: v.boolean(),
  /**
   * Stopped, interrupted and failed runs can go on: from the newest checkpoint, or from the start where there is none yet.
   * One that diverged would only do so again, bit for bit.
   */
  canResume: v.boolean(),
  createdAt: TimeSchema,
  /** Time spent, over all the times it was resumed. */
  seconds: v.number(),
  imagesPerSecond: v.nullable(v.number()),
  peakMemoryBytes: v.nullable(CountSchema),
  device: v.nullable(v.string()),
  tensorflow: v.nullable(v.string()),
  /** Of a router; null for other runs. */
  threshold: v.nullable(ThresholdSchema),
  /** Logit adjustment and class mix that the run answers with; null where it answers as it was trained. */
  dial: v.nullable(DialSchema),
  /** A person's own words about the run, of as many lines as they like. */
  notes: v.string(),
  /** Whether it was asked about images that it was not scored on. */
  hasGuesses: v.boolean(),
  /** On the validation split, or on the first other one that was scored; stopped runs have it too where an epoch was done. */
  evaluation: v.nullable(EvaluationSchema),
  /** Splits whose confusions are there, in the order train, val, test: without validation images maybe test alone. */
  scored: v.array(SplitSchema),
})
export type Run = v.InferOutput<typeof RunSchema>

const RunProgressSchema = v.object({
  ...inProject,
  runId: IdSchema,
  phase: v.picklist(['preparing', 'training', 'evaluating']),
  /** Epoch that is going on, counted from 1, and of how many. */
  epoch: CountSchema,
  epochs: CountSchema,
  /** Steps of this epoch; images while preparing or evaluating. */
  done: CountSchema,
  total: CountSchema,
  loss: v.nullable(v.number()),
  imagesPerSecond: v.nullable(v.number()),
  secondsLeft: v.nullable(v.number()),
  peakMemoryBytes: v.nullable(CountSchema),
})
export type RunProgress = v.InferOutput<typeof RunProgressSchema>

/** What of a network starts from a weights file: stages as the authors call them, `stem`, `layer1`, `layer3s.0`. */
export const WeightsFitSchema = v.object({
  loaded: v.array(v.string()),
  /** Drawn at random, as the classifiers always are. */
  left: v.array(v.string()),
})
export type WeightsFit = v.InferOutput<typeof WeightsFitSchema>

const inRun = { ...inProject, runId: IdSchema }

export const exportFormats = ['safetensors', 'savedmodel', 'onnx'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** What an exported model was held against before it was called done. */
export const VerifiedSchema = v.object({
  images: CountSchema,
  /** Images whose first guess differs from the run's: 0, or the export failed. */
  flips: CountSchema,
  /** Largest difference of any logit. */
  largestDifference: v.number(),
})
export type Verified = v.InferOutput<typeof VerifiedSchema>

export const runCommands = {
  'runs.list': command(v.object(inProject), v.array(RunSchema)),
  'runs.get': command(v.object(inRun), v.object({ run: RunSchema, epochs: v.array(EpochSchema), progress: v.nullable(RunProgressSchema) })),
  /** Answers once the run is on record; training goes on, told by events. One run at a time. */
  'runs.start': command(v.object({ ...inProject, ...RunRequestSchema.entries }), RunSchema),
  /** What such a run would start from its weights file with, without starting it; refused where nothing of the file fits. */
  'runs.weightsFit': command(v.object({ ...inProject, ...RunRequestSchema.entries }), WeightsFitSchema),
  /** A run of its own on a finished run's frozen experts: a router, or another classifier. */
  'runs.derive': command(v.object({ ...inRun, ...SecondStageRequestSchema.entries }), RunSchema),
  /**
   * A run from a weights file under the authors' names, its classes as the file names them, else in this order. Answers
   * once it is on record with its weights; being scored goes on, told by events.
   */
  'runs.import': command(v.object({ ...inProject, file: PathSchema, order: v.optional(v.picklist(['name', 'frequency']), 'name') }), RunSchema),
  /** Writes a checkpoint and stops; answers when it has. */
  'runs.stop': command(v.object(inRun), RunSchema),
  'runs.resume': command(v.object(inRun), RunSchema),
  /** Answers when the run has ended, whichever way. */
  'runs.wait': command(v.object(inRun), RunSchema),
  /** Scores a split again, or a folder of class folders outside the project (which is not kept). */
  'runs.evaluate': command(
    v.object({
      ...inRun,
      split: v.optional(SplitSchema),
      folder: v.optional(PathSchema),
      /** In a narrower number type as well, where the device has one; the flips are counted. */
      fast: v.optional(v.boolean(), false),
    }),
    v.object({ ...v.omit(EvaluationSchema, ['split']).entries, perClass: v.array(ClassResultSchema), skipped: v.array(v.object({ path: v.string(), reason: v.string() })) }),
  ),
  /** Lets a run with weights answer for images that it was not scored on; the answers are kept, and count in no score. `labels.progress` tells of it. */
  'runs.guess': command(
    v.object({ ...inRun, of: v.union([v.literal('unlabelled'), v.pipe(v.array(IdSchema), v.minLength(1, 'expected an image'), v.maxLength(1_000_000, 'expected at most 1,000,000 images'))], "expected 'unlabelled' or ids of images") }),
    v.object({ images: CountSchema, unreadable: CountSchema }),
  ),
  /** What a router makes of a scored split at thresholds from low to high: from what was kept, nothing is computed anew. */
  'runs.routing': command(v.object({ ...inRun, split: v.optional(SplitSchema, 'val') }), v.array(RoutedSchema)),
  /** Moves a router's threshold; every scored split follows. */
  'runs.setThreshold': command(v.object({ ...inRun, threshold: ThresholdSchema }), RunSchema),
  /**
   * Writes the run's weights as safetensors under the authors' names, or the whole model, pixels in and logits out, as a
   * SavedModel or an ONNX file; where something is there already, only if it may be replaced.
   */
  'runs.export': command(
    v.object({ ...inRun, file: PathSchema, format: v.optional(v.picklist(exportFormats), 'safetensors'), replace: v.optional(v.boolean(), false) }),
    /** `verified` is null for weights alone. */
    v.object({ file: PathSchema, tensors: CountSchema, verified: v.nullable(VerifiedSchema) }),
  ),
}

export const runEvents = {
  'runs.progress': RunProgressSchema,
  'runs.epoch': v.object({ ...inRun, epoch: EpochSchema }),
  /** A run began, ended or changed otherwise. */
  'runs.changed': v.object({ ...inProject, run: RunSchema }),
  /** There are new answers for images that the run was not scored on. */
  'runs.guessed': v.object(inRun),
}


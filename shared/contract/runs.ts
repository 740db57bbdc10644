import * as v from 'valibot'
import { RunConfigSchema, RunRequestSchema } from '../recipe.ts'
import { command } from '../rpc.ts'
import { AccuracySchema, CountSchema, IdSchema, PathSchema, ShareSchema, SplitSchema, TimeSchema, inProject } from './common.ts'
import { ClassResultSchema } from './confusions.ts'

/** `interrupted`: the process that trained it died. */
const runStatuses = ['preparing', 'training', 'evaluating', 'finished', 'stopped', 'interrupted', 'failed'] as const
const RunStatusSchema = v.picklist(runStatuses)
export type RunStatus = v.InferOutput<typeof RunStatusSchema>

const EvaluationSchema = v.object({
  split: SplitSchema,
  images: CountSchema,
  ...AccuracySchema.entries,
  /** Each expert alone. */
  experts: v.array(AccuracySchema),
  /** Mean number of experts asked for an image. */
  expertsUsed: v.number(),
  imagesPerSecond: v.number(),
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

const RunSchema = v.object({
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
  /** On the validation split, once finished; stopped runs have it too where an epoch was done. */
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

const inRun = { ...inProject, runId: IdSchema }

export const runCommands = {
  'runs.list': command(v.object(inProject), v.array(RunSchema)),
  'runs.get': command(v.object(inRun), v.object({ run: RunSchema, epochs: v.array(EpochSchema), progress: v.nullable(RunProgressSchema) })),
  /** Answers once the run is on record; training goes on, told by events. One run at a time. */
  'runs.start': command(v.object({ ...inProject, ...RunRequestSchema.entries }), RunSchema),
  /** Writes a checkpoint and stops; answers when it has. */
  'runs.stop': command(v.object(inRun), RunSchema),
  'runs.resume': command(v.object(inRun), RunSchema),
  /** Answers when the run has ended, whichever way. */
  'runs.wait': command(v.object(inRun), RunSchema),
  /** Scores a split again, or a folder of class folders outside the project (which is not kept). */
  'runs.evaluate': command(
    v.object({ ...inRun, split: v.optional(SplitSchema), folder: v.optional(PathSchema) }),
    v.object({ ...v.omit(EvaluationSchema, ['split']).entries, perClass: v.array(ClassResultSchema), skipped: v.array(v.object({ path: v.string(), reason: v.string() })) }),
  ),
  /** Writes the weights as safetensors under the authors' names; where the file is there already, only if it may be replaced. */
  'runs.export': command(v.object({ ...inRun, file: PathSchema, replace: v.optional(v.boolean(), false) }), v.object({ file: PathSchema, tensors: CountSchema })),
}

export const runEvents = {
  'runs.progress': RunProgressSchema,
  'runs.epoch': v.object({ ...inRun, epoch: EpochSchema }),
  /** A run began, ended or changed otherwise. */
  'runs.changed': v.object({ ...inProject, run: RunSchema }),
}


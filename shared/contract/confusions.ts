import * as v from 'valibot'
import { DialSchema } from '../dial.ts'
import { command } from '../rpc.ts'
import { CountSchema, GroupSchema, IdSchema, NameSchema, ShareSchema, SplitSchema, VersionSchema, inProject, page } from './common.ts'

/** A class as the run knew it. */
const KnownClassSchema = v.object({
  classId: IdSchema,
  name: NameSchema,
  group: GroupSchema,
  /** Training images when the run started. */
  train: CountSchema,
})

/** With its scores on the split. */
export const ClassResultSchema = v.object({
  ...KnownClassSchema.entries,
  support: CountSchema,
  correct: CountSchema,
  predicted: CountSchema,
  recall: ShareSchema,
  precision: ShareSchema,
})
export type ClassResult = v.InferOutput<typeof ClassResultSchema>

/** Cells that hold anything, as columns of class ids and counts: a hundred thousand objects would take long on every wire. */
const CellColumnsSchema = v.object({ actual: v.array(IdSchema), predicted: v.array(IdSchema), count: v.array(CountSchema) })

/**
 * Images whose label is another one than when they were scored; `now` is null where there is none, and may be a class that the
 * run does not know. And classes of the run that were merged into another of it: answers of them count as answers of that.
 */
const MovedColumnsSchema = v.object({ ...CellColumnsSchema.entries, now: v.array(v.nullable(IdSchema)), merged: v.array(v.object({ classId: IdSchema, intoId: IdSchema })) })

const GuessSchema = v.object({ classId: IdSchema, probability: v.number() })

const PredictionSchema = v.object({
  imageId: IdSchema,
  version: VersionSchema,
  path: v.string(),
  /** The image's class now; `actual` is what it was when the run was scored. */
  classId: v.nullable(IdSchema),
  actual: IdSchema,
  predicted: IdSchema,
  /** The mean's best guesses, best first. */
  guesses: v.array(GuessSchema),
  /** Each expert's best guess, in expert order. */
  experts: v.array(GuessSchema),
  expertsAsked: CountSchema,
})
export type Prediction = v.InferOutput<typeof PredictionSchema>
const PredictionPageSchema = v.object({ total: CountSchema, images: v.array(PredictionSchema) })

const scored = { ...inProject, runId: IdSchema, split: v.optional(SplitSchema, 'val') }

export const labelTimes = ['now', 'measured'] as const
export type LabelTime = (typeof labelTimes)[number]
/** Whether images stand where they are labelled now, or where they were when the run was scored. */
const labels = { labels: v.optional(v.picklist(labelTimes), 'now') }

/** As the run would answer under this setting; without, as it does. */
const underDial = { dial: v.optional(DialSchema) }

const ClassIdsSchema = v.pipe(v.array(IdSchema), v.minLength(1, 'expected a class'), v.maxLength(100_000))

/** What the experts made of the images of a true class. */
const LensClassSchema = v.object({
  classId: IdSchema,
  images: CountSchema,
  /** Images that the experts' answer together had right. */
  right: CountSchema,
  /** Images with more than one answer. */
  apart: CountSchema,
  /** Pairs of experts with different answers, over all images. */
  pairsApart: CountSchema,
  /** Images that were answered wrong though an expert was right. */
  anotherRight: CountSchema,
  /** Images that all experts gave the same wrong answer to. */
  allWrong: CountSchema,
  /** Images that each expert had right, in expert order. */
  expertRight: v.array(CountSchema),
  /** Images for which each expert was the last one that was asked. */
  lastAsked: v.array(CountSchema),
})
export type LensClass = v.InferOutput<typeof LensClassSchema>

export const listedKinds = ['anotherRight', 'allWrong', 'moved'] as const
export type Listed = (typeof listedKinds)[number]

/** These true classes alone, and what was taken for those alone. */
const some = { actual: v.optional(ClassIdsSchema), predicted: v.optional(ClassIdsSchema) }

export const confusionCommands = {
  /** The whole matrix as it was measured, and what changed of it since; classes by falling training count. */
  'confusions.matrix': command(v.object(scored), v.object({ classes: v.array(KnownClassSchema), cells: CellColumnsSchema, moved: MovedColumnsSchema })),
  /** What changed since the split was scored, alone: little, where the matrix may be large. */
  'confusions.moved': command(v.object(scored), MovedColumnsSchema),
  /** Errors only, rarest true class first, then by falling count. */
  'confusions.cells': command(
    v.object({ ...scored, ...labels, classId: v.optional(IdSchema), top: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(100_000))) }),
    v.array(v.object({ actual: IdSchema, predicted: IdSchema, count: CountSchema, support: CountSchema, actualName: NameSchema, predictedName: NameSchema, group: GroupSchema })),
  ),
  /** The images of these true classes that were taken for those; without `predicted`, for any. */
  'confusions.images': command(v.object({ ...scored, ...labels, ...underDial, ...page, actual: ClassIdsSchema, predicted: v.optional(ClassIdsSchema) }), PredictionPageSchema),
  /** How right and how far apart the experts were, by true class; classes without an image are left out. */
  'confusions.lens': command(v.object({ ...scored, ...labels, ...some }), v.array(LensClassSchema)),
  /** Images that stand out, the surest mistake first: wrong though an expert was right, wrong with one voice, or relabelled since. */
  'confusions.listed': command(v.object({ ...scored, ...labels, ...page, ...some, listed: v.picklist(listedKinds) }), PredictionPageSchema),
  /** What the run made of these images, wherever they stand by now; those that it was not scored on are left out. */
  'confusions.these': command(v.object({ ...scored, ...underDial, imageIds: v.pipe(v.array(IdSchema), v.maxLength(1000)) }), v.array(PredictionSchema)),
}

export const confusionEvents = {
  'confusions.changed': v.object({ ...inProject, runId: IdSchema }),
}

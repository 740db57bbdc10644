import * as v from 'valibot'
import { command } from '../rpc.ts'
import { CountSchema, GroupSchema, IdSchema, NameSchema, ShareSchema, SplitSchema, inProject, page } from './common.ts'

/** A class as the run knew it, with its scores on the split. */
export const ClassResultSchema = v.object({
  classId: IdSchema,
  name: NameSchema,
  group: GroupSchema,
  /** Training images when the run started. */
  train: CountSchema,
  support: CountSchema,
  correct: CountSchema,
  predicted: CountSchema,
  recall: ShareSchema,
  precision: ShareSchema,
})
export type ClassResult = v.InferOutput<typeof ClassResultSchema>

/** Class ids, not positions. */
const CellSchema = v.object({ actual: IdSchema, predicted: IdSchema, count: CountSchema })

const GuessSchema = v.object({ classId: IdSchema, probability: v.number() })

const PredictionSchema = v.object({
  imageId: IdSchema,
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

const scored = { ...inProject, runId: IdSchema, split: v.optional(SplitSchema, 'val') }

export const confusionCommands = {
  /** The whole matrix, sparse; classes by falling training count. */
  'confusions.matrix': command(v.object(scored), v.object({ classes: v.array(ClassResultSchema), cells: v.array(CellSchema) })),
  /** Errors only, rarest true class first, then by falling count. */
  'confusions.cells': command(
    v.object({ ...scored, classId: v.optional(IdSchema), top: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(100_000))) }),
    v.array(v.object({ ...CellSchema.entries, support: CountSchema, actualName: NameSchema, predictedName: NameSchema, group: GroupSchema })),
  ),
  /** The images of a cell; without `predicted`, every image of the true class. */
  'confusions.images': command(
    v.object({ ...scored, ...page, actual: IdSchema, predicted: v.optional(IdSchema) }),
    v.object({ total: CountSchema, images: v.array(PredictionSchema) }),
  ),
}

export const confusionEvents = {
  'confusions.changed': v.object({ ...inProject, runId: IdSchema }),
}

import * as v from 'valibot'
import { command } from '../rpc.ts'
import { CountSchema, GroupSchema, IdSchema, NameSchema, SplitSchema, VersionSchema, inProject, page } from './common.ts'

const counts = {
  stayedRight: CountSchema,
  turnedRight: CountSchema,
  turnedWrong: CountSchema,
  stayedWrong: CountSchema,
}

/** A share with the ends of its 95 % interval; null where there is no image. */
const EstimateSchema = v.nullable(v.object({ share: v.number(), low: v.number(), high: v.number() }))

const GroupComparisonSchema = v.object({
  group: v.picklist(['all', ...GroupSchema.options]),
  images: CountSchema,
  ...counts,
  before: EstimateSchema,
  after: EstimateSchema,
  /** `after` less `before`, of the same images (Newcombe 1998, method 10). */
  difference: EstimateSchema,
  /** McNemar's exact test, two-sided. */
  p: v.nullable(v.number()),
})
export type GroupComparison = v.InferOutput<typeof GroupComparisonSchema>

const ClassComparisonSchema = v.object({
  classId: IdSchema,
  name: NameSchema,
  /** By the training images of the first run; of the second where the first does not know the class. */
  group: GroupSchema,
  /** Training images of each run; null where it does not know the class. */
  trainBefore: v.nullable(CountSchema),
  trainAfter: v.nullable(CountSchema),
  images: CountSchema,
  ...counts,
})
export type ClassComparison = v.InferOutput<typeof ClassComparisonSchema>

/** Two runs, the first called `before` and the second `after`, on the images of a split that both were scored on. */
const pair = { ...inProject, before: IdSchema, after: IdSchema, split: v.optional(SplitSchema, 'val') }

const AnsweredSchema = v.object({ classId: IdSchema, name: NameSchema, probability: v.number() })
const TurnedImageSchema = v.object({
  imageId: IdSchema,
  version: VersionSchema,
  path: v.string(),
  /** By the label of now. */
  classId: IdSchema,
  className: NameSchema,
  before: AnsweredSchema,
  after: AnsweredSchema,
})
export type TurnedImage = v.InferOutput<typeof TurnedImageSchema>

export const comparisonCommands = {
  /** Judged by the labels of now. Classes go from the rarest to the most frequent. */
  'runs.compare': command(
    v.object(pair),
    v.object({
      images: CountSchema,
      /** Images that only one of the two was scored on: they are left out. */
      onlyBefore: CountSchema,
      onlyAfter: CountSchema,
      /** Left out because their label was taken away. */
      unlabelled: CountSchema,
      /** Of those that count, images with another label than when a run was scored on them. */
      relabelled: CountSchema,
      groups: v.array(GroupComparisonSchema),
      classes: v.array(ClassComparisonSchema),
      /** Names of classes of either run that no image of both tests, the rarest first; not those that were merged or deleted since. */
      untested: v.array(NameSchema),
    }),
  ),
  /** Images that turned right, or wrong, from the rarest class on; of all classes, of a group, or of one class. */
  'runs.compareImages': command(
    v.object({ ...pair, ...page, turned: v.picklist(['right', 'wrong']), group: v.optional(GroupSchema), classId: v.optional(IdSchema) }),
    v.object({ total: CountSchema, images: v.array(TurnedImageSchema) }),
  ),
}

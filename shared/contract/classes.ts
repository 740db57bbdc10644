import * as v from 'valibot'
import { command } from '../rpc.ts'
import { CountSchema, GroupSchema, IdSchema, NameSchema, NothingSchema, inProject } from './common.ts'

const ClassFrequencySchema = v.object({
  id: IdSchema,
  name: NameSchema,
  train: CountSchema,
  val: CountSchema,
  test: CountSchema,
  group: GroupSchema,
})
export type ClassFrequency = v.InferOutput<typeof ClassFrequencySchema>

const GroupTotalSchema = v.object({ classes: CountSchema, train: CountSchema })

const TailSchema = v.object({
  /** By falling number of training images. */
  classes: v.array(ClassFrequencySchema),
  /** Largest training count over smallest; null with fewer than two classes. */
  imbalanceFactor: v.nullable(v.number()),
  groups: v.object({ many: GroupTotalSchema, medium: GroupTotalSchema, few: GroupTotalSchema }),
  /** Present images, labelled or not. */
  images: CountSchema,
  splits: v.object({ train: CountSchema, val: CountSchema, test: CountSchema }),
  /** What stands out. */
  findings: v.object({
    /** Classes with one image in all. */
    singletons: CountSchema,
    /** Classes with no validation and no test image. */
    untestable: CountSchema,
    duplicates: CountSchema,
    skipped: CountSchema,
    missing: CountSchema,
  }),
})
export type Tail = v.InferOutput<typeof TailSchema>

export const classCommands = {
  'classes.tail': command(v.object(inProject), TailSchema),
  /** Refused where another class has the name. */
  'classes.rename': command(v.object({ ...inProject, classId: IdSchema, name: NameSchema }), NothingSchema),
}

export const classEvents = {
  'classes.changed': v.object(inProject),
}

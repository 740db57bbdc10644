import * as v from 'valibot'
import { command } from '../rpc.ts'
import { CountSchema, GroupSchema, IdSchema, NameSchema, inProject } from './common.ts'
import { StepOfClassSchema, StepSchema } from './labels.ts'

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
    /** Present images; each as many as the list of them holds, and so with the next one. */
    duplicates: CountSchema,
    /** Copies of one picture, of exactly the same bytes, that have more than one class. */
    contradictions: CountSchema,
    skipped: CountSchema,
    missing: CountSchema,
    /** Present images without a label. */
    unlabelled: CountSchema,
    /** Classes without a present image. */
    empty: CountSchema,
  }),
})
export type Tail = v.InferOutput<typeof TailSchema>

const classIds = v.pipe(v.array(IdSchema), v.minLength(1, 'expected a class'), v.maxLength(100_000, 'expected at most 100,000 classes'))

/** Every change is one step of the journal; see `labels.undo`. */
export const classCommands = {
  'classes.tail': command(v.object(inProject), TailSchema),
  /** Every class that there is, those without images too, by name. */
  'classes.list': command(v.object(inProject), v.array(v.object({ id: IdSchema, name: NameSchema, images: CountSchema }))),
  /** A removed class of that name comes back with its id. Refused where a class has the name, whose `classId` the Failure's detail tells. */
  'classes.create': command(v.object({ ...inProject, name: NameSchema }), StepOfClassSchema),
  /** Refused where another class has the name, whose `classId` the Failure's detail tells: the two can be merged. */
  'classes.rename': command(v.object({ ...inProject, classId: IdSchema, name: NameSchema }), StepSchema),
  /** Images of the classes go to another one, and so do their folders from now on. */
  'classes.merge': command(v.object({ ...inProject, classIds, intoId: IdSchema }), StepSchema),
  /** Images of one class become a class of their own. */
  'classes.divide': command(v.object({ ...inProject, classId: IdSchema, imageIds: v.pipe(v.array(IdSchema), v.minLength(1, 'expected an image'), v.maxLength(1_000_000, 'expected at most 1,000,000 images')), name: NameSchema }), StepOfClassSchema),
  /** Their images stay, without a label. */
  'classes.delete': command(v.object({ ...inProject, classIds }), StepSchema),
}

export const classEvents = {
  'classes.changed': v.object(inProject),
}

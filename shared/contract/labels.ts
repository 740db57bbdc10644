import * as v from 'valibot'
import { command } from '../rpc.ts'
import { CountSchema, IdSchema, NameSchema, NothingSchema, PathSchema, TimeSchema, inProject, page } from './common.ts'
import { ImageQuerySchema } from './images.ts'

/** What a step did, in the terms that a person knows it by; the names are those of that moment. */
const AboutSchema = v.object({
  what: v.picklist(['relabel', 'guess', 'unlabel', 'create', 'rename', 'merge', 'divide', 'delete', 'split', 'import']),
  /** The class that it went to, or that was renamed, merged, divided or deleted. */
  className: v.optional(v.string()),
  /** Whether a relabelling made the class that it went to. */
  isNew: v.optional(v.literal(true)),
  /** Which guess each image got: 1 is the best. */
  nth: v.optional(CountSchema),
  /** What the class was renamed to, merged into, or divided off as. */
  otherName: v.optional(v.string()),
  /** How many classes beside `className` were merged or deleted with it. */
  more: v.optional(CountSchema),
  /** The file that labels were read from, without its folder. */
  file: v.optional(v.string()),
  /** How many of the changes that the file made were of splits. */
  splits: v.optional(CountSchema),
})
export type About = v.InferOutput<typeof AboutSchema>

/** A step of the journal that undo would take back, or redo bring back. `about` is null of steps from before they had words. */
const TellingStepSchema = v.object({ stepId: IdSchema, about: v.nullable(AboutSchema), images: CountSchema })
export type TellingStep = v.InferOutput<typeof TellingStepSchema>

const JournalStateSchema = v.object({
  undo: v.nullable(TellingStepSchema),
  redo: v.nullable(TellingStepSchema),
})
export type JournalState = v.InferOutput<typeof JournalStateSchema>

/** What was done: how many images changed, and what undo and redo would do now. */
export const StepSchema = v.object({ changed: CountSchema, ...JournalStateSchema.entries })
export type Step = v.InferOutput<typeof StepSchema>
/** What was done, and the class that it made. */
export const StepOfClassSchema = v.object({ ...StepSchema.entries, classId: IdSchema })

/** And how many images stay as they are, as there is no such guess of them. */
const StepOfGuessesSchema = v.object({ ...StepSchema.entries, withoutGuess: CountSchema })
export type StepOfGuesses = v.InferOutput<typeof StepOfGuessesSchema>

/** The step that the person was shown; refused where another one stands there by now. Left out: whichever stands there. */
const expected = { stepId: v.optional(IdSchema) }

/** A step as the journal keeps it, with those that took it back and brought it back folded into `isUndone`. */
const JournalEntrySchema = v.object({
  stepId: IdSchema,
  about: v.nullable(AboutSchema),
  at: TimeSchema,
  images: CountSchema,
  isUndone: v.boolean(),
  /** An import's: it stays. */
  isImport: v.boolean(),
})
export type JournalEntry = v.InferOutput<typeof JournalEntrySchema>

/** So many of a kind, and the first of them. */
const ToldSchema = v.object({ count: CountSchema, examples: v.array(v.string()) })

/** What a file of labels says and nothing comes of. */
const passedOver = {
  /** Images that have the label of the file already. */
  unchanged: CountSchema,
  unknownFiles: ToldSchema,
  /** Names that several images of the project go by. */
  ambiguousFiles: ToldSchema,
  /** Images that the file gives several classes; they stay as they are. */
  contradictions: ToldSchema,
  /** Images that it names without a class; they stay as they are. */
  withoutClass: CountSchema,
}
const PassedOverSchema = v.object(passedOver)
export type PassedOver = v.InferOutput<typeof PassedOverSchema>

/** What a file of labels would do; nothing is changed by reading it. */
const ReadingSchema = v.object({
  format: v.picklist(['csv', 'coco']),
  /** Of a CSV file, the columns that are read; null where there is none. */
  columns: v.nullable(v.object({ path: v.string(), label: v.string(), split: v.nullable(v.string()), source: v.nullable(v.string()) })),
  /** Rows of a CSV file, images of a COCO file. */
  rows: CountSchema,
  /** Images of the project that the file names. */
  matched: CountSchema,
  /** Labels that change, those of unknown classes left out. */
  changes: CountSchema,
  /** Images whose class in the file the project has not: what becomes of it is for its person to say. */
  ofUnknownClasses: CountSchema,
  splitChanges: CountSchema,
  ...passedOver,
  /** The first thousand classes that the project has not, by falling number of images; `like` is one that it has and that differs in capitals alone. */
  unknownClasses: v.array(v.object({ name: v.string(), images: CountSchema, like: v.nullable(v.string()) })),
  unknownClassCount: CountSchema,
})
export type Reading = v.InferOutput<typeof ReadingSchema>

/** What becomes of a class that the project has not: it is made, its images are left as they are, or a class that exists stands for it. */
const UnknownClassSchema = v.object({ name: v.string(), become: v.union([v.picklist(['make', 'leave']), IdSchema]) })
export type UnknownClass = v.InferOutput<typeof UnknownClassSchema>

const LabelProgressSchema = v.object({ ...inProject, what: v.picklist(['export', 'read', 'guess']), done: CountSchema, total: v.nullable(CountSchema) })
export type LabelProgress = v.InferOutput<typeof LabelProgressSchema>

export const exportFormats = ['folders', 'csv', 'coco'] as const

const IdsSchema = v.optional(v.pipe(v.array(IdSchema), v.maxLength(1_000_000)), [])

/** A part of a list, named by the images at its ends, both of it: places may be other images' by now. */
const BetweenSchema = v.object({
  first: IdSchema,
  last: IdSchema,
  /** Refused where it is of another number by now. */
  images: CountSchema,
  /** All of the list but this part is meant. */
  isLeftOut: v.optional(v.boolean(), false),
})

/** Images named one by one; or of a list all, or a part, without a few and with a few besides: a list of any length is a short message. */
export const WhichSchema = v.object({
  imageIds: IdsSchema,
  of: v.optional(v.object({ query: ImageQuerySchema, between: v.optional(BetweenSchema), except: IdsSchema, also: IdsSchema })),
})
export type Which = v.InferOutput<typeof WhichSchema>

/** What a step did to one image's label, in the names of now. */
const LabelledSchema = v.object({
  at: TimeSchema,
  kind: v.picklist(['import', 'set', 'undo', 'redo']),
  from: v.nullable(v.string()),
  to: v.nullable(v.string()),
})
export type Labelled = v.InferOutput<typeof LabelledSchema>

export const labelCommands = {
  /** Gives every image the class, or none where it is null, as one step. Takes `imageIds` or `of`. On disk when it answers. */
  'labels.set': command(v.object({ ...inProject, ...WhichSchema.entries, classId: v.nullable(IdSchema) }), StepSchema),
  /** Makes the class and gives it to every image, as one step. Refused where a class has the name, whose `classId` the Failure's detail tells. */
  'labels.setNew': command(v.object({ ...inProject, ...WhichSchema.entries, name: NameSchema }), StepOfClassSchema),
  /** Gives each image the class that the run takes it for, by its `nth` guess, as one step. */
  'labels.setGuessed': command(v.object({ ...inProject, ...WhichSchema.entries, runId: IdSchema, nth: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9)) }), StepOfGuessesSchema),
  /** Every change of an image's label, newest first. */
  'labels.history': command(v.object({ ...inProject, imageId: IdSchema }), v.array(LabelledSchema)),
  'labels.undo': command(v.object({ ...inProject, ...expected }), StepSchema),
  'labels.redo': command(v.object({ ...inProject, ...expected }), StepSchema),
  'labels.state': command(v.object(inProject), JournalStateSchema),
  /** Every step of a person's and every import, newest first. */
  'labels.journal': command(v.object({ ...inProject, ...page }), v.object({ total: CountSchema, steps: v.array(JournalEntrySchema) })),
  /**
   * As folders: copies of the labelled images in `split/class/`, in a folder that is new or empty. As CSV or COCO: a file, which
   * replaces one that is there only where `replace` says so. Whole or not at all.
   */
  'labels.export': command(
    v.object({ ...inProject, format: v.picklist(exportFormats, 'expected folders, csv or coco'), to: PathSchema, replace: v.optional(v.boolean(), false) }),
    v.object({
      place: PathSchema,
      images: CountSchema,
      classes: CountSchema,
      /** Left out of folders. */
      unlabelled: CountSchema,
      /** Gone when their folder was last imported: left out of folders. */
      missing: CountSchema,
    }),
  ),
  /** What a CSV or COCO file would change. A file that does not parse is refused, its line and field named. */
  'labels.readFile': command(v.object({ ...inProject, file: PathSchema }), ReadingSchema),
  /** Takes the file's labels over as one step. Refused while a class that the project has not goes unanswered. */
  'labels.importFile': command(
    v.object({
      ...inProject,
      file: PathSchema,
      classes: v.optional(v.pipe(v.array(UnknownClassSchema), v.maxLength(100_000)), []),
      /** For unknown classes that `classes` does not name. */
      others: v.optional(v.picklist(['make', 'leave'])),
      /** Whether the file's splits are taken over too. */
      splits: v.optional(v.boolean(), true),
    }),
    v.object({
      ...StepSchema.entries,
      made: CountSchema,
      passedOver: PassedOverSchema,
      /** Images of unknown classes that were left as they are. */
      left: CountSchema,
    }),
  ),
  /** Ends the export or the reading that goes on; nothing of it stays. */
  'labels.cancel': command(v.object(inProject), NothingSchema),
}

export const labelEvents = {
  'labels.progress': LabelProgressSchema,
  'labels.changed': v.object(inProject),
}

import * as v from 'valibot'
import { command } from '../rpc.ts'
import { CountSchema, GroupSchema, IdSchema, NameSchema, NothingSchema, PathSchema, SplitSchema, TimeSchema, VersionSchema, inProject, page } from './common.ts'

export const ImageSchema = v.object({
  id: IdSchema,
  version: VersionSchema,
  /** Relative to its source folder, with forward slashes. */
  path: v.string(),
  sourceFolder: PathSchema,
  classId: v.nullable(IdSchema),
  className: v.nullable(NameSchema),
  split: SplitSchema,
  width: CountSchema,
  height: CountSchema,
  format: v.string(),
  bytes: CountSchema,
  /** An older image with exactly the same bytes. */
  duplicateOf: v.nullable(IdSchema),
  /** True where the file was gone at the last import of its folder. */
  missing: v.boolean(),
  /** By the camera's own clock, as if it stood at UTC; null where the file does not tell. */
  takenAt: v.nullable(TimeSchema),
  camera: v.nullable(v.string()),
})
export type Image = v.InferOutput<typeof ImageSchema>

const ExifSchema = v.object({
  /** By the camera's own clock, in milliseconds as if it stood at UTC. */
  takenAt: v.nullable(TimeSchema),
  /** Maker and model. */
  camera: v.nullable(v.string()),
  /** In the order of the file; names in words. */
  tags: v.array(v.object({ name: v.string(), value: v.string() })),
})

const GuessSchema = v.object({ classId: IdSchema, className: NameSchema, probability: v.number() })
export type NamedGuess = v.InferOutput<typeof GuessSchema>

/** An image of a list; with the best guess of the list's run where there is one and it looked at the image. */
const ListedImageSchema = v.object({ ...ImageSchema.entries, guess: v.nullable(GuessSchema) })
export type ListedImage = v.InferOutput<typeof ListedImageSchema>

/**
 * How a run did on an image, by the label that the image has now: `rescued` is wrong although an expert was right,
 * `agreed` is wrong with one answer from all experts, as where the label itself is wrong.
 */
export const outcomes = ['right', 'wrong', 'rescued', 'agreed'] as const
const OutcomeSchema = v.picklist(outcomes)
export type Outcome = v.InferOutput<typeof OutcomeSchema>

/** `added`: as imported. `taken`: newest first, then those that do not tell. `confidence`: what the run is least sure of first, then what it never saw. */
export const imageSorts = ['added', 'newest', 'class', 'name', 'taken', 'confidence'] as const
const ImageSortSchema = v.picklist(imageSorts)
export type ImageSort = v.InferOutput<typeof ImageSortSchema>

/** Which images, in which order. All that is given holds at once. */
export const ImageQuerySchema = v.object({
  classId: v.optional(IdSchema),
  split: v.optional(SplitSchema),
  group: v.optional(GroupSchema),
  /** Only those, as far as their files are there; and so with the next two. */
  unlabelled: v.optional(v.boolean()),
  /** Copies and what they are copies of, side by side in the order of `added`. */
  duplicates: v.optional(v.boolean()),
  /** Copies of one picture that have more than one class: each that has one, side by side as well. */
  contradictions: v.optional(v.boolean()),
  /** Only those. */
  missing: v.optional(v.boolean()),
  /** Part of the path, in capitals or not. */
  search: v.optional(v.pipe(v.string(), v.maxLength(256, 'expected at most 256 characters'))),
  /** Whose outcomes and guesses are meant. */
  run: v.optional(v.object({ runId: IdSchema, split: SplitSchema })),
  /** Needs `run`, as sorting by confidence does. */
  outcome: v.optional(OutcomeSchema),
  sort: v.optional(ImageSortSchema, 'added'),
})
export type ImageQuery = v.InferOutput<typeof ImageQuerySchema>

/** What a run takes an image for, and what it was when the run was scored on it; no split and no class where it was not. */
const ImageAnswersSchema = v.object({
  split: v.nullable(SplitSchema),
  actual: v.nullable(IdSchema),
  guesses: v.array(GuessSchema),
  experts: v.array(GuessSchema),
  expertsAsked: CountSchema,
})
export type ImageAnswers = v.InferOutput<typeof ImageAnswersSchema>

/** `auto` keeps the folder's own train/val/test folders and splits the rest, keeping every class in both. */
const SplitChoiceSchema = v.picklist(['auto', 'train', 'val', 'test'], 'expected auto, train, val or test')

/** `nested`: every folder that holds images is a class, named by its path; `outermost`: what lies in folders of a class folder is of that class. */
export const ClassFoldersSchema = v.picklist(['nested', 'outermost'])
export type ClassFolders = v.InferOutput<typeof ClassFoldersSchema>

const ImportRequestSchema = v.object({
  folder: PathSchema,
  classFolders: v.optional(ClassFoldersSchema, 'nested'),
  split: v.optional(SplitChoiceSchema, 'auto'),
  valFraction: v.optional(v.pipe(v.number('expected a number'), v.minValue(0, 'expected 0 or more'), v.maxValue(0.9, 'expected at most 0.9')), 0.2),
  seed: v.optional(v.pipe(v.number('expected a number'), v.safeInteger('expected a whole number'), v.minValue(0, 'expected 0 or more')), 0),
})

const SkippedSchema = v.object({ path: v.string(), sourceFolder: PathSchema, reason: v.string() })
export type Skipped = v.InferOutput<typeof SkippedSchema>

const ImportProgressSchema = v.object({
  ...inProject,
  folder: PathSchema,
  phase: v.picklist(['listing', 'reading', 'splitting']),
  /** Files dealt with, of how many; the total grows while the folder is being listed. */
  done: CountSchema,
  total: CountSchema,
  added: CountSchema,
  skipped: CountSchema,
  startedAt: TimeSchema,
})
export type ImportProgress = v.InferOutput<typeof ImportProgressSchema>

const ImportReportSchema = v.object({
  added: CountSchema,
  /** Known already, with the same bytes. */
  unchanged: CountSchema,
  /** Known already, with other bytes now. */
  updated: CountSchema,
  /** Known, and gone from the folder. */
  vanished: CountSchema,
  /** Added although another image has exactly the same bytes. */
  duplicates: CountSchema,
  /** Added without a class, as they lie in no class folder. */
  unlabelled: CountSchema,
  /** The first thousand; `images.skipped` pages through all. */
  skipped: v.array(SkippedSchema),
  skippedCount: CountSchema,
  /** Classes in the project afterwards. */
  classes: CountSchema,
  cancelled: v.boolean(),
  seconds: v.number(),
})
export type ImportReport = v.InferOutput<typeof ImportReportSchema>

/** Ids that are told at once. */
export const mostIds = 1000

export const imageCommands = {
  /** Answers when the import has ended, cancelled or not; progress comes as events. One import a project at a time. */
  'images.import': command(v.object({ ...inProject, ...ImportRequestSchema.entries }), ImportReportSchema),
  'images.cancelImport': command(v.object(inProject), NothingSchema),
  /** The import that is going on, for a window that opens meanwhile. */
  'images.importing': command(v.object(inProject), v.nullable(ImportProgressSchema)),
  'images.list': command(v.object({ ...inProject, ...page, ...ImageQuerySchema.entries }), v.object({ total: CountSchema, images: v.array(ListedImageSchema) })),
  /** Ids from position `first` to `last` of a list, both included; a longer part of a list is named by its ends, as `labels.set` takes it. */
  'images.ids': command(
    v.pipe(
      v.object({ ...inProject, query: ImageQuerySchema, first: CountSchema, last: CountSchema }),
      v.check(({ first, last }) => last - first < mostIds, `expected at most ${mostIds} positions`),
    ),
    v.array(IdSchema),
  ),
  /** Where in a list an image stands; null where it does not. */
  'images.place': command(v.object({ ...inProject, query: ImageQuerySchema, imageId: IdSchema }), v.nullable(CountSchema)),
  /** What a run says of an image; null where it never looked at it. */
  'images.answers': command(v.object({ ...inProject, imageId: IdSchema, runId: IdSchema }), v.nullable(ImageAnswersSchema)),
  /** The other images with exactly the same bytes, oldest first; at most a hundred. */
  'images.twins': command(v.object({ ...inProject, imageId: IdSchema }), v.array(ImageSchema)),
  /** What the camera wrote into the file: read anew each time, bounded, safe to show. */
  'images.exif': command(v.object({ ...inProject, imageId: IdSchema }), ExifSchema),
  'images.skipped': command(v.object({ ...inProject, ...page }), v.object({ total: CountSchema, skipped: v.array(SkippedSchema) })),
}

export const imageEvents = {
  'images.progress': ImportProgressSchema,
  /** Images were added or changed; ask again for what is shown. */
  'images.changed': v.object(inProject),
  /** How far the thumbnails are that are made while nothing else goes on, of 1; null while none are made. */
  'images.thumbs': v.object({ ...inProject, share: v.nullable(v.number()) }),
}

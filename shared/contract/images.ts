import * as v from 'valibot'
import { command } from '../rpc.ts'
import { CountSchema, GroupSchema, IdSchema, NameSchema, NothingSchema, PathSchema, SplitSchema, TimeSchema, inProject, page } from './common.ts'

const ImageSchema = v.object({
  id: IdSchema,
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
})
export type Image = v.InferOutput<typeof ImageSchema>

/** `auto` keeps the folder's own train/val/test folders and splits the rest, keeping every class in both. */
const SplitChoiceSchema = v.picklist(['auto', 'train', 'val', 'test'], 'expected auto, train, val or test')

const ImportRequestSchema = v.object({
  folder: PathSchema,
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
  /** The first thousand; `images.skipped` pages through all. */
  skipped: v.array(SkippedSchema),
  skippedCount: CountSchema,
  /** Classes in the project afterwards. */
  classes: CountSchema,
  cancelled: v.boolean(),
  seconds: v.number(),
})
export type ImportReport = v.InferOutput<typeof ImportReportSchema>

export const imageCommands = {
  /** Answers when the import has ended, cancelled or not; progress comes as events. One import a project at a time. */
  'images.import': command(v.object({ ...inProject, ...ImportRequestSchema.entries }), ImportReportSchema),
  'images.cancelImport': command(v.object(inProject), NothingSchema),
  /** The import that is going on, for a window that opens meanwhile. */
  'images.importing': command(v.object(inProject), v.nullable(ImportProgressSchema)),
  'images.list': command(
    v.object({
      ...inProject,
      ...page,
      classId: v.optional(IdSchema),
      split: v.optional(SplitSchema),
      group: v.optional(GroupSchema),
      /** Only those. */
      duplicates: v.optional(v.boolean()),
      missing: v.optional(v.boolean()),
    }),
    v.object({ total: CountSchema, images: v.array(ImageSchema) }),
  ),
  'images.get': command(v.object({ ...inProject, imageId: IdSchema }), ImageSchema),
  'images.skipped': command(v.object({ ...inProject, ...page }), v.object({ total: CountSchema, skipped: v.array(SkippedSchema) })),
}

export const imageEvents = {
  'images.progress': ImportProgressSchema,
  /** Images were added or changed; ask again for what is shown. */
  'images.changed': v.object(inProject),
}

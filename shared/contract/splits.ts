import * as v from 'valibot'
import { command } from '../rpc.ts'
import { CountSchema, GroupSchema, IdSchema, NameSchema, NothingSchema, SplitSchema, inProject, page } from './common.ts'
import { ImageSchema } from './images.ts'
import { StepSchema, WhichSchema } from './labels.ts'

const SharesSchema = v.object({ train: CountSchema, val: CountSchema, test: CountSchema })
export type SplitCounts = v.InferOutput<typeof SharesSchema>

const FractionSchema = v.pipe(v.number('expected a number'), v.minValue(0, 'expected 0 or more'), v.maxValue(0.9, 'expected at most 0.9'))

/** Differing bits of two looks, of 64. */
const DistanceSchema = v.pipe(v.number('expected a number'), v.safeInteger('expected a whole number'), v.minValue(0, 'expected 0 or more'), v.maxValue(7, 'expected at most 7'))

/** What stays together. Images of the same bytes always do; of several, images are together by any of them. */
const TogetherSchema = v.object({
  /** By the folder that they lie in: its whole path, or the name of the outermost or the innermost one. */
  folder: v.optional(v.nullable(v.picklist(['whole', 'outermost', 'innermost'])), null),
  /** Photos of one camera: two that were taken within so many seconds. */
  gapSeconds: v.optional(v.nullable(v.pipe(v.number('expected a number'), v.minValue(0, 'expected 0 or more'), v.maxValue(86_400, 'expected at most a day'))), null),
  /** By a part of the file's name: see `namePattern.ts`. */
  namePattern: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(1024))), null),
  /** Near-duplicates: two whose looks differ by so little. */
  lookDistance: v.optional(v.nullable(DistanceSchema), null),
})
export type Together = v.InferOutput<typeof TogetherSchema>

const SplitRequestSchema = v.object({
  valFraction: FractionSchema,
  testFraction: FractionSchema,
  together: v.optional(TogetherSchema, {}),
  /** Images that a folder of theirs, or a person, put into a split stay there; their bursts go with them. */
  keepFolder: v.optional(v.boolean(), true),
  keepPerson: v.optional(v.boolean(), true),
  seed: v.optional(v.pipe(v.number('expected a number'), v.safeInteger('expected a whole number'), v.minValue(0, 'expected 0 or more')), 0),
})
export type SplitRequest = v.InferOutput<typeof SplitRequestSchema>

/**
 * Why a class has no validation and no test image: it has one image; one burst, which does not straddle; all its images
 * are held in training; none was asked for.
 */
const UntestableSchema = v.picklist(['one-image', 'one-burst', 'held', 'none-wanted'])
export type Untestable = v.InferOutput<typeof UntestableSchema>

const SplitClassSchema = v.object({
  id: IdSchema,
  name: NameSchema,
  /** By its training images before. */
  group: GroupSchema,
  before: SharesSchema,
  after: SharesSchema,
  /** Bursts of two images and more that it has images in. */
  bursts: CountSchema,
  untestable: v.nullable(UntestableSchema),
})
export type SplitClass = v.InferOutput<typeof SplitClassSchema>

const SplitPreviewSchema = v.object({
  /** Images whose split would change. */
  moving: CountSchema,
  before: SharesSchema,
  after: SharesSchema,
  /** By falling number of training images before. */
  classes: v.array(SplitClassSchema),
  /** Two images and more that stay together. */
  bursts: v.object({
    count: CountSchema,
    /** In all of them. */
    images: CountSchema,
    /** The largest ones, largest first, with some of their images. */
    largest: v.array(v.object({ images: CountSchema, classes: CountSchema, imageIds: v.array(IdSchema) })),
    /** In several splits now. */
    straddling: CountSchema,
    /** In several splits afterwards, as images that are kept where they are hold them apart. */
    heldApart: CountSchema,
  }),
  /** Images of which something asked for is not known: when they were taken, a name that fits the pattern, how they look. */
  unknown: v.object({ time: CountSchema, name: CountSchema, look: CountSchema }),
  /** What `apply` is given, so that nothing but what was shown is done. */
  token: v.string(),
})
export type SplitPreview = v.InferOutput<typeof SplitPreviewSchema>

const AlikeSchema = v.object({
  /** Exact duplicates differ in nothing. */
  kind: v.picklist(['same-bytes', 'alike']),
  distance: CountSchema,
  image: ImageSchema,
  other: ImageSchema,
})
export type Alike = v.InferOutput<typeof AlikeSchema>

const SplitCheckSchema = v.object({
  total: CountSchema,
  sameBytes: CountSchema,
  pairs: v.array(AlikeSchema),
  /** Images too plain to say whether they are alike, and those that could not be looked at. */
  plain: CountSchema,
  unseen: CountSchema,
  /** False where so many images look nearly the same that not all were compared, or not all pairs are listed. */
  isWhole: v.boolean(),
})
export type SplitCheck = v.InferOutput<typeof SplitCheckSchema>

const distance = { distance: v.optional(DistanceSchema, 3) }

export const splitCommands = {
  /** What `splits.apply` would do. A later one ends an earlier one that still goes on, which rejects with `cancelled`. */
  'splits.preview': command(v.object({ ...inProject, ...SplitRequestSchema.entries }), SplitPreviewSchema),
  /** As one step of the journal. Refused with `busy` where it would be something else than the preview showed. */
  'splits.apply': command(v.object({ ...inProject, ...SplitRequestSchema.entries, token: v.optional(v.string()) }), StepSchema),
  /** By a person's hand; exact duplicates go along. Takes `imageIds` or `of`, as `labels.set` does. */
  'splits.set': command(v.object({ ...inProject, ...WhichSchema.entries, split: SplitSchema }), StepSchema),
  /** Images in different splits that are the same or look alike: exact duplicates first, then the nearest. */
  'splits.check': command(v.object({ ...inProject, ...page, ...distance }), SplitCheckSchema),
  /** Puts the image and everything alike into the split; all that straddle where none is named. */
  'splits.unite': command(v.object({ ...inProject, ...distance, imageId: v.optional(IdSchema), split: SplitSchema }), StepSchema),
  /** The two are not alike to whoever says so: no check tells them again. */
  'splits.ignore': command(v.object({ ...inProject, imageId: IdSchema, otherId: IdSchema }), NothingSchema),
  /** Ends what goes on for `preview`, `apply` or `check`. */
  'splits.cancel': command(v.object(inProject), NothingSchema),
}

export const splitEvents = {
  /** While images are looked at that were imported before looks were kept, and while they are compared. */
  'splits.progress': v.object({ ...inProject, phase: v.picklist(['looking', 'comparing']), done: CountSchema, total: CountSchema }),
}

import * as v from 'valibot'
import { DialSchema } from '../dial.ts'
import { command } from '../rpc.ts'
import { AccuracySchema, CountSchema, IdSchema, ShareSchema, SplitSchema, inProject } from './common.ts'
import { confusionCommands } from './confusions.ts'
import { RunSchema } from './runs.ts'

const DialFiguresSchema = v.object({
  ...AccuracySchema.entries,
  /** Mean recall of the classes that have images here. */
  balanced: ShareSchema,
  /** What is expected in the field: recalls weighted by the shares of the setting, of the classes that have images here. */
  expected: v.object({ accuracy: ShareSchema, covered: v.number() }),
})
export type DialFigures = v.InferOutput<typeof DialFiguresSchema>

const DialPreviewSchema = v.object({
  matrix: confusionCommands['confusions.matrix'].output,
  figures: DialFiguresSchema,
  /** Of the run's own answers, with neither adjustment nor mix; what is expected of them is weighted by the same shares. */
  own: DialFiguresSchema,
  images: CountSchema,
  /** Images without a label by now, or with one that the run does not know. */
  leftOut: CountSchema,
})
export type DialPreview = v.InferOutput<typeof DialPreviewSchema>

const inRun = { ...inProject, runId: IdSchema }
const scored = { ...inRun, split: v.optional(SplitSchema, 'val') }

export const dialCommands = {
  /** What the run would answer under a setting, by the labels of now: from what scoring kept, nothing is computed anew. */
  'dial.preview': command(v.object({ ...scored, dial: DialSchema }), DialPreviewSchema),
  /** The tau of the best balanced accuracy on these very images, by a coarse search. */
  'dial.suggest': command(v.object(scored), v.object({ tau: v.number(), balanced: ShareSchema, own: ShareSchema, images: CountSchema })),
  /** The run answers with the setting from now on: every scored split follows, and so do later scorings and exports. */
  'dial.save': command(v.object({ ...inRun, dial: DialSchema }), RunSchema),
  /** Back to the run's own answers. */
  'dial.reset': command(v.object(inRun), RunSchema),
}

import * as v from 'valibot'
import { command } from '../rpc.ts'
import { AccuracySchema, CountSchema, GroupSchema, IdSchema, ShareSchema, SplitSchema, inProject } from './common.ts'

/**
 * Bias and variance of several classifiers' 0/1 loss on the same images (Domingos 2000; section 3 of the paper): bias is
 * the share of images whose most frequent answer is wrong, variance the mean share of answers that differ from it.
 */
const SpreadSchema = v.object({
  group: v.picklist(['all', ...GroupSchema.options]),
  images: CountSchema,
  /** Mean error of the classifiers. */
  error: ShareSchema,
  bias: ShareSchema,
  variance: ShareSchema,
})
export type Spread = v.InferOutput<typeof SpreadSchema>

const AnswerSchema = v.object({
  /** `expert` counts from 0; null for the mean of all experts and for the router. */
  kind: v.picklist(['expert', 'mean', 'router']),
  expert: v.nullable(CountSchema),
  runId: IdSchema,
  ...AccuracySchema.entries,
})
export type Answer = v.InferOutput<typeof AnswerSchema>

export const analysisCommands = {
  /**
   * Over the experts of one run, or over two and more runs that differ in nothing but their seed (their experts' mean
   * answers); and what one expert, the mean, and a router of it each get.
   */
  'analysis.variance': command(
    v.object({ ...inProject, runIds: v.pipe(v.array(IdSchema), v.minLength(1, 'expected a run'), v.maxLength(50, 'expected at most 50 runs')), split: v.optional(SplitSchema, 'val') }),
    v.object({
      over: v.picklist(['experts', 'runs']),
      members: CountSchema,
      spreads: v.array(SpreadSchema),
      answers: v.array(AnswerSchema),
      /** Routers trained on these runs whose answers are left out, because they were not scored on all of these images. */
      otherRouters: v.array(IdSchema),
    }),
  ),
}

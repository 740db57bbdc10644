import * as v from 'valibot'
import { groups } from '../tail.ts'

export const splits = ['train', 'val', 'test'] as const
export const SplitSchema = v.picklist(splits, 'expected train, val or test')
export type Split = v.InferOutput<typeof SplitSchema>

export const GroupSchema = v.picklist(groups)

/** Row ids of SQLite: whole numbers from 1. Safe ones here and below: beyond, a number is no integer to SQLite any more. */
export const IdSchema = v.pipe(v.number('expected a number'), v.safeInteger('expected a whole number'), v.minValue(1, 'expected a number from 1'))
export const CountSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
/** A fraction in [0, 1], or null where there was nothing to count. */
export const ShareSchema = v.nullable(v.number())
export const NameSchema = v.pipe(v.string('expected text'), v.minLength(1, 'expected a name'), v.maxLength(1024, 'expected at most 1,024 characters'))
/** A place on disk as its person wrote it; services resolve it. */
export const PathSchema = v.pipe(v.string('expected a path'), v.minLength(1, 'expected a path'), v.maxLength(4096, 'expected at most 4,096 characters'))
/** Of an image's content, which its address names: other bytes have another one. */
export const VersionSchema = v.string()
/** Milliseconds since 1970, for showing; order comes from row ids. */
export const TimeSchema = v.number()

/** Names an open project; every command about a project carries it. */
export const ProjectIdSchema = v.pipe(v.string(), v.uuid('expected the id of an open project'))
export const inProject = { projectId: ProjectIdSchema }

/** A page of a long list. */
export const page = {
  offset: v.optional(CountSchema, 0),
  limit: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1000)), 200),
}

export const AccuracySchema = v.object({ top1: ShareSchema, many: ShareSchema, medium: ShareSchema, few: ShareSchema })
export const NothingSchema = v.object({})

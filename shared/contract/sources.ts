import * as v from 'valibot'
import { command } from '../rpc.ts'
import { CountSchema, IdSchema, NothingSchema, PathSchema, inProject } from './common.ts'

/** A folder that images were imported from. */
const SourceSchema = v.object({
  id: IdSchema,
  folder: PathSchema,
  /** Whether a folder is there now. */
  isThere: v.boolean(),
  /** Images whose file was gone when the folder was last looked through. */
  missing: CountSchema,
})
export type Source = v.InferOutput<typeof SourceSchema>

/** What of a source's images lies at the same relative paths in another folder. */
const FoundAgainSchema = v.object({
  /** By its one true path. */
  folder: PathSchema,
  images: CountSchema,
  /** With the size that was imported, and the content where that was compared. */
  there: CountSchema,
  absent: CountSchema,
  /** Something else lies at their paths. */
  differing: v.object({ count: CountSchema, examples: v.array(v.string()) }),
  /** Files whose content was read and compared: all where they are few or where one differed, a sample of many otherwise. */
  compared: CountSchema,
})
export type FoundAgain = v.InferOutput<typeof FoundAgainSchema>

const SourceProgressSchema = v.object({
  ...inProject,
  /** Images looked for, and files compared, of how many; that total grows where a sample does not agree. */
  done: CountSchema,
  total: CountSchema,
})

const elsewhere = v.object({ ...inProject, sourceId: IdSchema, folder: PathSchema })

export const sourceCommands = {
  'sources.list': command(v.object(inProject), v.array(SourceSchema)),
  /** What `sources.relink` would find. Changes nothing. Refused where nothing of the source lies there. */
  'sources.look': command(elsewhere, FoundAgainSchema),
  /** From now on the source's images are looked for in the folder; those that were not found there are missing. On disk when it answers. */
  'sources.relink': command(elsewhere, FoundAgainSchema),
  /** Ends the looking that goes on, for either. */
  'sources.cancel': command(v.object(inProject), NothingSchema),
}

export const sourceEvents = { 'sources.progress': SourceProgressSchema }

import * as v from 'valibot'
import { command } from '../rpc.ts'
import { CountSchema, IdSchema, NothingSchema, PathSchema, SplitSchema, inProject } from './common.ts'
import { RunSchema } from './runs.ts'

const inRun = { ...inProject, runId: IdSchema }

export const runCareCommands = {
  /** Without any letter, the run is called by its number again. */
  'runs.rename': command(v.object({ ...inRun, name: v.pipe(v.string('expected text'), v.maxLength(200, 'expected at most 200 characters')) }), RunSchema),
  /** Plain text of as many lines as one likes. */
  'runs.setNotes': command(v.object({ ...inRun, notes: v.pipe(v.string('expected text'), v.maxLength(20_000, 'expected at most 20,000 characters')) }), RunSchema),
  /** What deleting the run would free on the disk; and why it cannot be deleted, null where it can. */
  'runs.deletion': command(v.object(inRun), v.object({ bytes: CountSchema, refusal: v.nullable(v.string()) })),
  /** Takes away the run, what it answered and its files, for good. Answers when all of it is gone. */
  'runs.delete': command(v.object(inRun), NothingSchema),
  /** Writes a page about the run that needs nothing beside it and prints well; where a file is there already, only if it may be replaced. */
  'runs.report': command(
    v.object({ ...inRun, file: PathSchema, split: v.optional(SplitSchema), replace: v.optional(v.boolean(), false) }),
    v.object({ file: PathSchema, bytes: CountSchema }),
  ),
}

export const runCareEvents = {
  'runs.deleted': v.object(inRun),
}

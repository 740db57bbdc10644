import * as v from 'valibot'
import { command } from '../rpc.ts'
import { CountSchema, IdSchema, inProject } from './common.ts'

/** One step of the journal: what undo takes back. */
const StepSchema = v.object({ changed: CountSchema, canUndo: v.boolean(), canRedo: v.boolean() })

export const labelCommands = {
  /** Gives every image the class, as one step. On disk when it answers. */
  'labels.set': command(v.object({ ...inProject, imageIds: v.pipe(v.array(IdSchema), v.minLength(1), v.maxLength(100_000)), classId: IdSchema }), StepSchema),
  'labels.undo': command(v.object(inProject), StepSchema),
  'labels.redo': command(v.object(inProject), StepSchema),
}

export const labelEvents = {
  'labels.changed': v.object(inProject),
}

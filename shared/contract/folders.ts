import * as v from 'valibot'
import { command } from '../rpc.ts'
import { NothingSchema, PathSchema } from './common.ts'

export const folderCommands = {
  /** The operating system's dialog; null where it was cancelled. Only on the desktop (`app.info` says so). */
  'folders.pick': command(v.object({ title: v.string() }), v.nullable(PathSchema)),
  /** A folder's sub-folders, for picking one in a browser. Without a path, the person's home. */
  'folders.list': command(
    v.object({ path: v.optional(PathSchema) }),
    v.object({
      path: PathSchema,
      parent: v.nullable(PathSchema),
      folders: v.array(v.object({ name: v.string(), path: PathSchema, isProject: v.boolean() })),
    }),
  ),
  /** Shows a project's or a run's folder in the system's file manager; desktop only. */
  'folders.reveal': command(v.object({ path: PathSchema }), NothingSchema),
}

import * as v from 'valibot'
import { command } from '../rpc.ts'
import { NothingSchema, PathSchema } from './common.ts'

/** What a path is to this program; `labels` and `weights` by the name's ending alone. */
const PathKindSchema = v.picklist(['project', 'folder', 'weights', 'labels', 'other'])
export type PathKind = v.InferOutput<typeof PathKindSchema>

const kindOfEnding: Readonly<Record<string, 'weights' | 'labels'>> = { safetensors: 'weights', pth: 'weights', csv: 'labels', json: 'labels' }

/** What a file is by its name, wherever it lies. */
export function kindOfFile(name: string): PathKind {
  return kindOfEnding[/\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''] ?? 'other'
}

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
  /** What each of these is, in their order: what was dropped on the window. */
  'folders.look': command(v.object({ paths: v.pipe(v.array(PathSchema), v.maxLength(1000)) }), v.array(v.object({ path: PathSchema, kind: PathKindSchema }))),
  /** Shows a project's or a run's folder in the system's file manager; desktop only. */
  'folders.reveal': command(v.object({ path: PathSchema }), NothingSchema),
}

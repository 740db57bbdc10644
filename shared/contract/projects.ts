import * as v from 'valibot'
import { command } from '../rpc.ts'
import { CountSchema, NameSchema, NothingSchema, PathSchema, ProjectIdSchema, TimeSchema, inProject } from './common.ts'

const ProjectSchema = v.object({
  id: ProjectIdSchema,
  name: NameSchema,
  folder: PathSchema,
  createdAt: TimeSchema,
  images: CountSchema,
  classes: CountSchema,
  runs: CountSchema,
})
export type Project = v.InferOutput<typeof ProjectSchema>

const RecentProjectSchema = v.object({
  name: NameSchema,
  folder: PathSchema,
  openedAt: TimeSchema,
  /** Whether the folder still holds a project. */
  exists: v.boolean(),
})
export type RecentProject = v.InferOutput<typeof RecentProjectSchema>

const atFolder = v.object({ folder: PathSchema })

export const projectCommands = {
  'projects.recent': command(NothingSchema, v.array(RecentProjectSchema)),
  /** Makes a project in a folder that is empty or does not exist yet, and opens it. */
  'projects.create': command(atFolder, ProjectSchema),
  'projects.open': command(atFolder, ProjectSchema),
  'projects.get': command(v.object(inProject), ProjectSchema),
  'projects.close': command(v.object(inProject), NothingSchema),
  /** Takes a folder off the list of recent projects; the folder stays as it is. */
  'projects.forget': command(atFolder, NothingSchema),
  /** Builds the sample's folder of labelled images and a new project beside it; the caller imports the folder. */
  'projects.sample': command(NothingSchema, v.object({ project: ProjectSchema, imagesFolder: PathSchema })),
}

export const projectEvents = {
  'projects.changed': v.object(inProject),
  /** Somebody closes the project: from now on whatever is asked of it is refused. */
  'projects.closed': v.object(inProject),
}

import * as v from 'valibot'
import { command } from '../rpc.ts'
import { CountSchema, IdSchema, NameSchema, NothingSchema, PathSchema, ProjectIdSchema, TimeSchema, inProject } from './common.ts'

const ProjectSchema = v.object({
  id: ProjectIdSchema,
  name: NameSchema,
  folder: PathSchema,
  createdAt: TimeSchema,
  /** Whether its folder may not be written to: everything can be looked at, nothing changed. */
  readOnly: v.boolean(),
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

/** What may go on in a project, and ends when the project is closed; what takes longest, as a rule, first. */
export const activities = ['run', 'import', 'weights', 'scoring', 'guess', 'export', 'labelsExport', 'labelsRead', 'sources'] as const
const ActivitySchema = v.picklist(activities)
export type Activity = v.InferOutput<typeof ActivitySchema>

/** What is not as it was before the damage. */
export const LostSchema = v.object({
  /** Images of which no file is known any more. */
  images: CountSchema,
  /** Images whose file is known, and the rest only when they are imported again. */
  again: CountSchema,
  /** Images whose label, or label and split, nothing tells any more. */
  labels: CountSchema,
  /** Whether classes have lost their names, or what was deleted and merged. */
  classes: v.boolean(),
  /** Whether the project has lost its own name. */
  name: v.boolean(),
  /** Whether steps cannot be taken back any more. */
  history: v.boolean(),
  /** Runs that are not on record any more; their files stay. */
  runs: v.array(IdSchema),
  /** Whether runs have lost epochs of their curves. */
  curves: v.boolean(),
  /** Whether runs have to be scored again. */
  scores: v.boolean(),
  /** Whether what runs took images without a label for is lost. */
  guesses: v.boolean(),
  /** Whether pairs that a person said are not alike are lost. */
  pairs: v.boolean(),
  /** Whether the list of what imports passed over is lost. */
  skipped: v.boolean(),
})

const RescuedSchema = v.object({
  project: ProjectSchema,
  /** Where the damaged file lies now. */
  keptIn: PathSchema,
  lost: LostSchema,
})
export type Rescued = v.InferOutput<typeof RescuedSchema>

const atFolder = v.object({ folder: PathSchema })

export const projectCommands = {
  'projects.recent': command(NothingSchema, v.array(RecentProjectSchema)),
  /** Makes a project in a folder that is empty or does not exist yet, and opens it. */
  'projects.create': command(atFolder, ProjectSchema),
  'projects.open': command(atFolder, ProjectSchema),
  /** Makes a whole project of what can be read of a damaged one, and opens it; the damaged file is kept. */
  'projects.rescue': command(atFolder, RescuedSchema),
  'projects.get': command(v.object(inProject), ProjectSchema),
  /** What closing the project would end, whichever window began it; each kind once. */
  'projects.goingOn': command(v.object(inProject), v.array(ActivitySchema)),
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
  /** A project came to the list of recent ones, to its top, or off it. */
  'projects.recentChanged': NothingSchema,
}

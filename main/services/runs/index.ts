/** Training runs: what is on record, the one that goes on, and what finished ones can be asked for. */
import type { runCareCommands } from '../../../shared/contract/runCare.ts'
import type { dialCommands } from '../../../shared/contract/dial.ts'
import type { comparisonCommands } from '../../../shared/contract/comparisons.ts'
import type { Decoders } from '../../importer/decoders.ts'
import { epochsOf, listRuns } from '../../store/runs.ts'
import type { Doing, HandlersOf, ServiceContext, Workbench } from '../context.ts'
import type { Projects } from '../projects.ts'
import { dialHandlers } from './dial.ts'
import { careHandlers } from './care.ts'
import { comparingHandlers } from './comparing.ts'
import { openRunDesk, type RunHandlers } from './desk.ts'
import { reportingHandlers } from './reporting.ts'
import { startingHandlers } from './starting.ts'
import { usingHandlers } from './using.ts'

export interface Runs {
  readonly handlers: RunHandlers & HandlersOf<typeof dialCommands & typeof comparisonCommands & typeof runCareCommands>
  activity(): readonly Doing[]
}

export function openRuns(context: ServiceContext, projects: Projects, decoders: Decoders, picture: Workbench['picture']): Runs {
  const desk = openRunDesk(context, projects, decoders)
  return {
    handlers: {
      'runs.list': ({ projectId }) => {
        const project = desk.settled(projectId)
        return listRuns(project.db).map((record) => desk.shown(project, record))
      },
      'runs.get': ({ projectId, runId }) => {
        const project = desk.settled(projectId)
        return { run: desk.shown(project, desk.known(project, runId)), epochs: epochsOf(project.db, runId), progress: desk.progressOf(project, runId) }
      },
      'runs.stop': async ({ projectId, runId }) => {
        const project = desk.settled(projectId)
        desk.refuseElsewhere(project, desk.known(project, runId))
        await desk.arrived(project, runId)
        desk.settled(projectId)
        desk.stop(project, runId)
        await desk.ended(project, runId)
        return desk.shown(project, desk.known(project, runId))
      },
      'runs.wait': async ({ projectId, runId }) => {
        const project = desk.settled(projectId)
        desk.refuseElsewhere(project, desk.known(project, runId))
        await desk.arrived(project, runId)
        desk.settled(projectId)
        await desk.ended(project, runId)
        return desk.shown(project, desk.known(project, runId))
      },
      ...startingHandlers(desk),
      ...usingHandlers(desk),
      ...dialHandlers(desk),
      ...comparingHandlers(projects),
      ...careHandlers(desk),
      ...reportingHandlers(desk, picture),
    },
    activity: desk.activity,
  }
}

/** Keeping runs in order: what they are called, what their person notes about them, and that they go. */
import type { runCareCommands } from '../../../shared/contract/runCare.ts'
import { renameRun, setNotes } from '../../store/runs.ts'
import type { HandlersOf } from '../context.ts'
import { bytesOf } from './deleting.ts'
import type { RunDesk } from './desk.ts'
import { runFolder } from './folder.ts'

export function careHandlers(desk: RunDesk): Omit<HandlersOf<typeof runCareCommands>, 'runs.report'> {
  const { context, deleting } = desk
  return {
    'runs.rename': ({ projectId, runId, name }) => {
      const project = desk.settled(projectId)
      desk.known(project, runId)
      renameRun(project.db, runId, name.replace(/\s+/g, ' ').trim())
      return desk.changed(project, runId)
    },
    'runs.setNotes': ({ projectId, runId, notes }) => {
      const project = desk.settled(projectId)
      desk.known(project, runId)
      setNotes(project.db, runId, notes.replaceAll('\r\n', '\n').trimEnd())
      return desk.changed(project, runId)
    },
    'runs.deletion': async ({ projectId, runId }) => {
      const project = desk.settled(projectId)
      desk.known(project, runId)
      return { bytes: await bytesOf(runFolder(project, runId)), refusal: deleting.refusal(project, runId) }
    },
    // What scores the run or moves its threshold ends first.
    'runs.delete': ({ projectId, runId }) =>
      desk.inTurn(projectId, runId, async (project) => {
        desk.known(project, runId)
        await deleting.remove(project, runId)
        context.emit('runs.deleted', { projectId, runId })
        return {}
      }),
  }
}

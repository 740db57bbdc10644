/** The tail dial: what a run would answer under another adjustment and class mix, and the setting that it keeps. */
import type { dialCommands } from '../../../shared/contract/dial.ts'
import { isNeutral, type Dial } from '../../../shared/dial.ts'
import { runClasses } from '../../store/runs.ts'
import type { HandlersOf } from '../context.ts'
import { answerWith } from './answering.ts'
import type { RunDesk } from './desk.ts'
import { preview, refuseStrangers, suggestion } from './turned.ts'

export function dialHandlers(desk: RunDesk): HandlersOf<typeof dialCommands> {
  const { context } = desk
  const answering = (projectId: string, runId: number, dial: Dial | null) =>
    desk.inTurn(projectId, runId, async (project) => {
      const run = desk.weightsOf(project, runId)
      if (dial) refuseStrangers(run, runClasses(project.db, runId), dial)
      await answerWith(project, run, { threshold: run.threshold, dial })
      context.emit('confusions.changed', { projectId, runId })
      return desk.changed(project, runId)
    })
  return {
    'dial.preview': ({ projectId, runId, split, dial }) => desk.inTurn(projectId, runId, (project) => preview(project, desk.known(project, runId), split, dial)),
    'dial.suggest': ({ projectId, runId, split }) => desk.inTurn(projectId, runId, (project) => suggestion(project, desk.known(project, runId), split)),
    'dial.save': ({ projectId, runId, dial }) => answering(projectId, runId, isNeutral(dial) ? null : dial),
    'dial.reset': ({ projectId, runId }) => answering(projectId, runId, null),
  }
}

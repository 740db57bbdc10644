/** The commands that use a run's weights, or what was kept of its scores. */
import { Failure } from '../../../shared/failure.ts'
import { placeOf } from '../../places.ts'
import { runClasses } from '../../store/runs.ts'
import type { RunDesk, RunHandlers } from './desk.ts'
import { evaluateFolder, evaluateSplit } from './evaluate.ts'
import { exportPlace, imagesToHoldAgainst } from './export.ts'
import { runFolder } from './folder.ts'
import { moveThreshold, routedAt } from './rerouting.ts'

export function usingHandlers(desk: RunDesk): Pick<RunHandlers, 'runs.evaluate' | 'runs.routing' | 'runs.setThreshold' | 'runs.export'> {
  const { context, decoders, lending } = desk
  return {
    'runs.evaluate': ({ projectId, runId, split, folder, fast }) => {
      if (split && folder) throw new Failure('invalid-input', 'Either a split or a folder can be scored, not both.')
      return desk.inTurn(projectId, runId, async (project) => {
        const run = desk.weightsOf(project, runId)
        const scoring = `Run ${runId} of ${project.name} is being scored.`
        if (folder) return lending.lend(project, scoring, (trainer, signal) => evaluateFolder({ trainer, signal, project, run, decoders, fast }, placeOf(folder)))
        const scores = await lending.lend(project, scoring, (trainer, signal) => evaluateSplit({ trainer, signal, project, run, decoders, fast }, split ?? 'val'))
        context.emit('confusions.changed', { projectId, runId })
        desk.changed(project, runId)
        return scores
      })
    },
    'runs.routing': ({ projectId, runId, split }) => desk.inTurn(projectId, runId, (project) => routedAt(project, desk.known(project, runId), split)),
    'runs.setThreshold': ({ projectId, runId, threshold }) =>
      desk.inTurn(projectId, runId, async (project) => {
        await moveThreshold(project, desk.weightsOf(project, runId), threshold)
        context.emit('confusions.changed', { projectId, runId })
        return desk.changed(project, runId)
      }),
    'runs.export': ({ projectId, runId, file: asked, format, replace }) => {
      const project = desk.settled(projectId)
      const run = desk.weightsOf(project, runId)
      const file = exportPlace(project, asked, format, replace)
      return lending.lend(project, `Run ${runId} of ${project.name} is being exported.`, async (trainer, signal) => {
        const heldAgainst = await imagesToHoldAgainst(project, run, format, decoders, signal)
        const classNames = runClasses(project.db, runId).map(({ name }) => name)
        const job = { config: run.config, runFolder: runFolder(project, runId), classNames, format, file, replace, threshold: run.threshold, ...heldAgainst }
        return { file, ...(await trainer.call('export', job)) }
      })
    },
  }
}

/** The commands that use a run's weights, or what was kept of its scores. */
import { Failure } from '../../../shared/failure.ts'
import { pace } from '../../pace.ts'
import { placeOf } from '../../places.ts'
import { runClasses } from '../../store/runs.ts'
import { refuseReadOnly } from '../disk.ts'
import { writingOutside } from '../outside.ts'
import { adjustmentOf } from './adjustment.ts'
import type { RunDesk, RunHandlers } from './desk.ts'
import { evaluateFolder, evaluateSplit } from './evaluate.ts'
import { exportPlace, imagesToHoldAgainst } from './export.ts'
import { runFolder } from './folder.ts'
import { guessImages } from './guessing.ts'
import { moveThreshold, routedAt } from './rerouting.ts'

const progressEveryMs = 200

export function usingHandlers(desk: RunDesk): Pick<RunHandlers, 'runs.evaluate' | 'runs.guess' | 'runs.routing' | 'runs.setThreshold' | 'runs.export'> {
  const { context, decoders, lending } = desk
  return {
    'runs.evaluate': ({ projectId, runId, split, folder, fast }) => {
      if (split && folder) throw new Failure('invalid-input', 'Either a split or a folder can be scored, not both.')
      return desk.inTurn(projectId, runId, async (project) => {
        const run = desk.weightsOf(project, runId)
        if (!folder) refuseReadOnly(project, `Run ${runId} was not scored`)
        const scoring = { what: 'scoring', sentence: `Run ${runId} of ${project.name} is being scored.` } as const
        if (folder) return lending.lend(project, scoring, (trainer, signal) => evaluateFolder({ trainer, signal, project, run, decoders, fast }, placeOf(folder)))
        const scores = await lending.lend(project, scoring, (trainer, signal) => evaluateSplit({ trainer, signal, project, run, decoders, fast }, split ?? 'val'))
        context.emit('confusions.changed', { projectId, runId })
        desk.changed(project, runId)
        return scores
      })
    },
    'runs.guess': ({ projectId, runId, of }) =>
      desk.inTurn(projectId, runId, async (project) => {
        const run = desk.weightsOf(project, runId)
        refuseReadOnly(project, `Run ${runId} was not asked`)
        const due = pace(progressEveryMs)
        const onProgress = (done: number, total: number): void => {
          if (due(done === total)) context.emit('labels.progress', { projectId, what: 'guess', done, total })
        }
        // What it answered before it failed or was ended stays.
        return lending
          .lend(project, { what: 'guess', sentence: `Run ${runId} of ${project.name} answers for images.` }, (trainer, signal) => guessImages({ trainer, signal, project, run, decoders, fast: false }, of, onProgress))
          .finally(() => context.emit('runs.guessed', { projectId, runId }))
      }),
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
      return lending.lend(project, { what: 'export', sentence: `Run ${runId} of ${project.name} is being exported.` }, async (trainer, signal) => {
        const heldAgainst = await imagesToHoldAgainst(project, run, format, decoders, signal)
        const classes = runClasses(project.db, runId)
        const classNames = classes.map(({ name }) => name)
        const job = { config: run.config, runFolder: runFolder(project, runId), classNames, format, file, replace, threshold: run.threshold, adjustment: run.dial && adjustmentOf(classes, run.dial), ...heldAgainst }
        return { file, ...(await writingOutside(context.userFolder, file, () => trainer.call('export', job))) }
      })
    },
  }
}

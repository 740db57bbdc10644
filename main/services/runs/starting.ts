/** The commands that put a run on record, or let one go on. */
import path from 'node:path'
import type { Run, WeightsFit } from '../../../shared/contract/runs.ts'
import { Failure } from '../../../shared/failure.ts'
import { configOf, secondStageConfigOf, type RunConfig, type RunRequest } from '../../../shared/recipe.ts'
import { reasonsAgainstRecipe } from '../../../shared/refusals.ts'
import { hasCheckpoint } from '../../checkpoints.ts'
import { usedClasses } from '../../store/classes.ts'
import { createDerivedRun, createRun } from '../../store/newRuns.ts'
import { runClasses, setDial, setStatus, type RunRecord } from '../../store/runs.ts'
import { refuseReadOnly } from '../disk.ts'
import type { OpenProject } from '../projects.ts'
import { settleAndTell } from '../splitting.ts'
import { dialOfAdjustment } from './adjustment.ts'
import { refuseUnresumable, refuseUntrainable, refuseWithoutGpu } from './checks.ts'
import { refuseUnderivable, secondStageName } from './derivation.ts'
import type { RunDesk, RunHandlers } from './desk.ts'
import { makeRunFolder, runFolder } from './folder.ts'
import { forget } from './forgetting.ts'
import { configOfWeights, orderOfWeights } from './importing.ts'
import { thisProcess } from './owner.ts'
import { classesOfTeacher, refuseAsTeacher } from './teacher.ts'
import { weightsPlace } from './wholePath.ts'

const notStarted = 'No run was started'

export function startingHandlers(desk: RunDesk): Pick<RunHandlers, 'runs.start' | 'runs.weightsFit' | 'runs.derive' | 'runs.import' | 'runs.resume'> {
  const { context, lending } = desk

  /** Calls `refuse` until nothing that took time has passed since. */
  const whenReady = async (project: OpenProject, { device }: RunConfig, refuse: () => void): Promise<void> => {
    refuse()
    if (device !== 'gpu') return
    await lending.lend(project, null, refuseWithoutGpu)
    desk.settled(project.id)
    refuse()
  }

  const made = (project: OpenProject, run: RunRecord): void => {
    try {
      makeRunFolder(project, run, context.version)
    } catch (error) {
      const failure = Failure.from(error)
      setStatus(project.db, run.id, 'failed', { failure })
      throw failure
    }
  }

  /** Nothing of a run whose weights cannot be read stays, also where the project closes meanwhile. */
  const withWeights = (project: OpenProject, run: RunRecord, file: string): Promise<void> =>
    lending.lend(project, { what: 'weights', sentence: `Weights are being read into ${project.name}.` }, async (trainer) => {
      const folder = runFolder(project, run.id)
      try {
        makeRunFolder(project, run, context.version)
        await trainer.call('importWeights', { file, config: run.config, classes: run.classes, runFolder: folder })
      } catch (error) {
        forget(project, run, error)
        throw error
      }
    })

  /** @throws Failure where the file cannot be read, or nothing of it fits */
  const weightsFit = async (project: OpenProject, config: RunConfig): Promise<WeightsFit> => {
    const file = config.trunkFile
    return file === null ? { loaded: [], left: [] } : lending.lend(project, null, (trainer) => trainer.call('weightsFit', { file, config }))
  }

  return {
    'runs.weightsFit': ({ projectId, ...request }) => weightsFit(desk.settled(projectId), configOf(withWholePaths(request))),
    'runs.start': async ({ projectId, ...request }) => {
      const project = desk.settled(projectId)
      refuseReadOnly(project, notStarted)
      const config = configOf(withWholePaths(request))
      const [nonsense] = reasonsAgainstRecipe(config)
      if (nonsense !== undefined) throw new Failure('invalid-input', nonsense)
      const teacher = config.teacherRun === null ? undefined : desk.weightsOf(project, config.teacherRun)
      if (teacher) refuseAsTeacher(teacher, config)
      if (config.trunkFile !== null) {
        desk.refuseSecond()
        await weightsFit(project, config)
        desk.settled(projectId)
      }
      await whenReady(project, config, () => {
        desk.refuseSecond()
        settleAndTell(context.emit, project)
        refuseUntrainable(project.db)
      })
      const run = createRun(project.db, { config, owner: thisProcess, createdAt: Date.now() }, teacher && classesOfTeacher(project.db, teacher, usedClasses(project.db)))
      made(project, run)
      return desk.begin(project, run, false)
    },
    'runs.derive': async ({ projectId, runId, ...request }) => {
      const project = desk.settled(projectId)
      refuseReadOnly(project, notStarted)
      const base = desk.weightsOf(project, runId)
      refuseUnderivable(base, request.stage, runClasses(project.db, runId))
      const config = secondStageConfigOf(base.config, runId, request)
      await whenReady(project, config, desk.refuseSecond)
      const run = createDerivedRun(project.db, { config, owner: thisProcess, createdAt: Date.now(), name: secondStageName(request.stage, runId) })
      made(project, run)
      return desk.begin(project, run, false)
    },
    'runs.import': async ({ projectId, file: written, order }): Promise<Run> => {
      const project = desk.settled(projectId)
      refuseReadOnly(project, 'The weights were not imported')
      const file = weightsPlace(written)
      const description = await lending.lend(project, null, (trainer) => trainer.call('describeWeights', { file }))
      desk.settled(projectId)
      desk.refuseSecond()
      settleAndTell(context.emit, project)
      const classIds = orderOfWeights(description, usedClasses(project.db), order, file)
      const { id } = createRun(project.db, { config: configOfWeights(description), owner: thisProcess, createdAt: Date.now(), name: `Imported ${path.basename(file)}`, threshold: description.threshold }, classIds)
      if (description.adjustment) setDial(project.db, id, dialOfAdjustment(description.adjustment, runClasses(project.db, id), description.classNames))
      const run = desk.known(project, id)
      return desk.arriving(project, run.id, async () => {
        await withWeights(project, run, file)
        try {
          desk.refuseSecond()
        } catch {
          // Another run began meanwhile: this one has its weights, and can be scored whenever there is time.
          setStatus(project.db, run.id, 'stopped')
          return desk.changed(project, run.id)
        }
        return desk.begin(project, run, true)
      })
    },
    // What scores the run or moves its threshold ends first: scoring begins with what that left.
    'runs.resume': ({ projectId, runId }) =>
      desk.inTurn(projectId, runId, async (project) => {
        refuseReadOnly(project, `Run ${runId} was not resumed`)
        desk.refuseSecond()
        const run = desk.known(project, runId)
        desk.refuseElsewhere(project, run)
        desk.refuseArriving(project, runId)
        refuseUnresumable(run, runFolder(project, runId))
        makeRunFolder(project, run, context.version)
        setStatus(project.db, runId, 'preparing', { owner: thisProcess })
        return desk.begin(project, desk.known(project, runId), hasCheckpoint(runFolder(project, runId)))
      }),
  }
}

/** A run keeps the paths of files, so each must name the same place from everywhere. */
function withWholePaths(request: RunRequest): RunRequest {
  return request.trunkFile === undefined ? request : { ...request, trunkFile: weightsPlace(request.trunkFile) }
}

/** Training runs: what is on record, the one that goes on, and what finished ones can be asked for. */
import type { Run, runCommands } from '../../../shared/contract/runs.ts'
import { Failure } from '../../../shared/failure.ts'
import { configOf } from '../../../shared/recipe.ts'
import { epochsSaved, hasCheckpoint } from '../../checkpoints.ts'
import type { Decoders } from '../../importer/decoders.ts'
import { placeOf } from '../../places.ts'
import { createRun, dropEpochsAfter, epochsOf, listRuns, ownedRuns, runById, setMeasured, setStatus, type RunRecord } from '../../store/runs.ts'
import type { HandlersOf, ServiceContext } from '../context.ts'
import { lendTrainers } from '../lending.ts'
import type { OpenProject, Projects } from '../projects.ts'
import { settleSplits } from '../splitting.ts'
import { evaluateFolder, evaluateSplit } from './evaluate.ts'
import { atRest, canResume, goOnAdvice, refuseUnresumable, refuseUntrainable, refuseWithoutGpu, refuseWithoutWeights } from './checks.ts'
import { exportPlace } from './export.ts'
import { makeRunFolder, runFolder } from './folder.ts'
import { isAlive, thisProcess } from './owner.ts'
import { startRunWork, type Ending, type RunWork } from './work.ts'

export interface Runs {
  readonly handlers: HandlersOf<typeof runCommands>
  activity(): readonly string[]
}

export function openRuns(context: ServiceContext, projects: Projects, decoders: Decoders): Runs {
  let active: { readonly work: RunWork; readonly ended: Promise<void> } | undefined
  /** Endings that could not be written, as on a full disk; tried again whenever the project's runs are asked for. */
  const unwritten = new Map<string, Ending>()
  const lending = lendTrainers(context.spawnTrainer)

  const isActive = (project: OpenProject, runId: number): boolean => active?.work.project === project && active.work.runId === runId

  const write = (project: OpenProject, runId: number, ending: Ending): void => {
    try {
      setMeasured(project.db, runId, { seconds: ending.seconds })
      rest(project, runId, ending)
      unwritten.delete(keyOf(project, runId))
    } catch {
      unwritten.set(keyOf(project, runId), ending)
    }
  }

  /** The project, with the runs of processes that died since put to rest. */
  const settled = (projectId: string): OpenProject => {
    const project = projects.get(projectId)
    for (const { id, owner } of ownedRuns(project.db)) {
      if (isActive(project, id)) continue
      const ending = unwritten.get(keyOf(project, id))
      if (ending) write(project, id, ending)
      else if (!owner || !isAlive(owner)) rest(project, id, { status: 'interrupted', failure: new Failure('closed', `The program ended while this run went on. ${goOnAdvice(runFolder(project, id))}`) })
    }
    return project
  }

  /** With the ending that could not be written yet. */
  const withEnding = (project: OpenProject, record: RunRecord): RunRecord => {
    const ending = unwritten.get(keyOf(project, record.id))
    return ending ? { ...record, status: ending.status, failure: ending.failure?.message ?? null, failureCode: ending.failure?.code ?? null } : record
  }

  const shown = (project: OpenProject, record: RunRecord): Run => {
    const current = withEnding(project, record)
    const { failureCode: _code, ...run } = current
    return { ...run, hasCheckpoint: hasCheckpoint(runFolder(project, run.id)), canResume: canResume(current) }
  }

  const changed = (project: OpenProject, runId: number): Run => {
    const run = shown(project, known(project, runId))
    context.emit('runs.changed', { projectId: project.id, run })
    return run
  }

  const refuseSecond = (): void => {
    if (active) throw new Failure('busy', `Run ${active.work.runId} of ${active.work.project.name} is going on. Stop it, or wait until it has ended.`)
  }

  /** @throws Failure that says why no run of the images of this moment can start. */
  const refuseStart = (project: OpenProject): void => {
    refuseSecond()
    settleSplits(project)
    refuseUntrainable(project.db)
  }

  const refuseElsewhere = (project: OpenProject, { id, status }: RunRecord): void => {
    if (atRest.has(status) || isActive(project, id)) return
    const pid = ownedRuns(project.db).find((owned) => owned.id === id)?.owner?.pid
    throw new Failure('busy', `Another program works on run ${id} (process ${pid}). Stop it there, or wait until it has ended.`)
  }

  const begin = (project: OpenProject, run: RunRecord, resume: boolean): Run => {
    const work = startRunWork({ context, project, decoders, run, resume, changed: () => changed(project, run.id) })
    const ended = work.ended.then((ending) => {
      active = undefined
      write(project, run.id, ending)
      changed(project, run.id)
    })
    active = { work, ended }
    return changed(project, run.id)
  }

  projects.beforeClose(async (project) => {
    if (active?.work.project === project) {
      active.work.stop(false)
      await active.ended
    }
    await lending.end(project)
  })

  /** The run, if its weights can be used. */
  const weightsOf = (project: OpenProject, runId: number): RunRecord => {
    const record = known(project, runId)
    if (isActive(project, runId)) throw new Failure('busy', `Run ${runId} is still going on. Stop it, or wait until it has ended.`)
    refuseElsewhere(project, record)
    refuseWithoutWeights(record, runFolder(project, runId))
    return record
  }

  return {
    handlers: {
      'runs.list': ({ projectId }) => {
        const project = settled(projectId)
        return listRuns(project.db).map((record) => shown(project, record))
      },
      'runs.get': ({ projectId, runId }) => {
        const project = settled(projectId)
        const run = shown(project, known(project, runId))
        return { run, epochs: epochsOf(project.db, runId), progress: isActive(project, runId) ? active!.work.progress.current() : null }
      },
      'runs.start': async ({ projectId, ...request }) => {
        const project = settled(projectId)
        const config = configOf(request)
        refuseStart(project)
        if (config.device === 'gpu') {
          await lending.lend(project, refuseWithoutGpu)
          refuseStart(project)
        }
        const run = createRun(project.db, config, thisProcess, Date.now())
        try {
          makeRunFolder(project, run, context.version)
        } catch (error) {
          const failure = Failure.from(error)
          setStatus(project.db, run.id, 'failed', { failure })
          throw failure
        }
        return begin(project, run, false)
      },
      'runs.resume': ({ projectId, runId }) => {
        const project = settled(projectId)
        refuseSecond()
        const run = known(project, runId)
        refuseElsewhere(project, run)
        refuseUnresumable(run)
        makeRunFolder(project, run, context.version)
        setStatus(project.db, runId, 'preparing', { owner: thisProcess })
        return begin(project, known(project, runId), hasCheckpoint(runFolder(project, runId)))
      },
      'runs.stop': async ({ projectId, runId }) => {
        const project = settled(projectId)
        refuseElsewhere(project, known(project, runId))
        if (isActive(project, runId)) {
          active!.work.stop(true)
          await active!.ended
        }
        return shown(project, known(project, runId))
      },
      'runs.wait': async ({ projectId, runId }) => {
        const project = settled(projectId)
        refuseElsewhere(project, known(project, runId))
        if (isActive(project, runId)) await active!.ended
        return shown(project, known(project, runId))
      },
      'runs.evaluate': async ({ projectId, runId, split, folder }) => {
        const project = settled(projectId)
        if (split && folder) throw new Failure('invalid-input', 'Either a split or a folder can be scored, not both.')
        const run = weightsOf(project, runId)
        if (folder) return lending.lend(project, (trainer) => evaluateFolder({ trainer, project, run, decoders }, placeOf(folder)))
        const scores = await lending.lend(project, (trainer) => evaluateSplit({ trainer, project, run, decoders }, split ?? 'val'))
        context.emit('confusions.changed', { projectId, runId })
        changed(project, runId)
        return scores
      },
      'runs.export': async ({ projectId, runId, file, replace }) => {
        const project = settled(projectId)
        weightsOf(project, runId)
        const place = exportPlace(project, file, replace)
        const { tensors } = await lending.lend(project, (trainer) => trainer.call('export', { runFolder: runFolder(project, runId), file: place }))
        return { file: place, tensors }
      },
    },
    activity: () => (active ? [`Run ${active.work.runId} of ${active.work.project.name} is being trained${epochWords(active.work)}.`] : []),
  }
}

function keyOf(project: OpenProject, runId: number): string {
  return `${project.id} ${runId}`
}

function known(project: OpenProject, runId: number): RunRecord {
  const record = runById(project.db, runId)
  if (!record) throw new Failure('not-found', `This project has no run ${runId}.`)
  return record
}

function epochWords({ progress }: RunWork): string {
  const current = progress.current()
  return current ? ` (epoch ${current.epoch} of ${current.epochs})` : ''
}

/** Puts the run to rest; its record ends where its weights do, whatever was told of an epoch that could not be saved. */
function rest(project: OpenProject, runId: number, { status, failure }: Pick<Ending, 'status' | 'failure'>): void {
  setStatus(project.db, runId, status, { failure })
  dropEpochsAfter(project.db, runId, epochsSaved(runFolder(project, runId)))
}

/** The runs of open projects: the one that goes on, and how those that ended are put to rest. */
import type { Run, RunProgress, runCommands } from '../../../shared/contract/runs.ts'
import { Failure } from '../../../shared/failure.ts'
import { epochsSaved, hasCheckpoint } from '../../checkpoints.ts'
import type { Decoders } from '../../importer/decoders.ts'
import { dropEpochsAfter, ownedRuns, runById, setMeasured, setStatus, type RunRecord } from '../../store/runs.ts'
import type { Doing, HandlersOf, ServiceContext } from '../context.ts'
import { lendTrainers, type Lending } from '../lending.ts'
import type { OpenProject, Projects } from '../projects.ts'
import { turnstile } from '../turnstile.ts'
import { atRest, canResume, goOnAdvice, refuseWithoutWeights } from './checks.ts'
import { openDeleting, type Deleting } from './deleting.ts'
import { runFolder } from './folder.ts'
import { forget, neverArrived } from './forgetting.ts'
import { isAlive } from './owner.ts'
import { startRunWork, type Ending, type RunWork } from './work.ts'

export type RunHandlers = HandlersOf<typeof runCommands>

export interface RunDesk {
  readonly context: ServiceContext
  readonly decoders: Decoders
  readonly lending: Lending
  readonly deleting: Deleting
  /** The project, with the runs of processes that died since put to rest. */
  settled(projectId: string): OpenProject
  /** The run as everybody sees it. */
  shown(project: OpenProject, record: RunRecord): Run
  /** Tells everybody what the run is by now. */
  changed(project: OpenProject, runId: number): Run
  /** @throws Failure `not-found` */
  known(project: OpenProject, runId: number): RunRecord
  /** The run, if nothing works on it. @throws Failure `busy`, `not-found` */
  idle(project: OpenProject, runId: number): RunRecord
  /** The run, if its weights can be used. @throws Failure `busy`, `not-found` */
  weightsOf(project: OpenProject, runId: number): RunRecord
  /** @throws Failure `busy` where any run goes on here */
  refuseSecond(): void
  /** @throws Failure `busy` where another program works on the run */
  refuseElsewhere(project: OpenProject, run: RunRecord): void
  /** Its weights are on their way until `work` has ended, of which `arrived` tells. */
  arriving<Result>(project: OpenProject, runId: number, work: () => Promise<Result>): Promise<Result>
  /** Fulfilled once the run's weights are no longer on their way, whatever came of it. */
  arrived(project: OpenProject, runId: number): Promise<void>
  /** @throws Failure `busy` where the run's weights are on their way */
  refuseArriving(project: OpenProject, runId: number): void
  /** Works on a run that is on record as `preparing` by this process; from its newest checkpoint, or from the start. */
  begin(project: OpenProject, run: RunRecord, resume: boolean): Run
  /** What goes on of this run; null where nothing does. */
  progressOf(project: OpenProject, runId: number): RunProgress | null
  /** Asks the run to end soon, if it is this one that goes on. */
  stop(project: OpenProject, runId: number): void
  /** Fulfilled once the run has ended; at once where it does not go on here. */
  ended(project: OpenProject, runId: number): Promise<void>
  /**
   * Lets what changes a run's scores go on one after another, each to its end before the project closes; what waits when
   * that begins finds the project closed.
   */
  inTurn<Result>(projectId: string, runId: number, work: (project: OpenProject) => Promise<Result>): Promise<Result>
  activity(): readonly Doing[]
}

export function openRunDesk(context: ServiceContext, projects: Projects, decoders: Decoders): RunDesk {
  let active: { readonly work: RunWork; readonly ended: Promise<void> } | undefined
  /** Endings that could not be written, as on a full disk; tried again whenever the project's runs are asked for. */
  const unwritten = new Map<string, Ending>()
  const lending = lendTrainers(context.spawnTrainer)
  /** By project and run, what reads an imported run's weights. */
  const arriving = new Map<string, Promise<unknown>>()
  const turns = new Map<string, ReturnType<typeof turnstile>>()
  const inTurn = new Set<{ readonly projectId: string; readonly key: string; readonly ended: Promise<unknown> }>()

  const isActive = (project: OpenProject, runId: number): boolean => active?.work.project === project && active.work.runId === runId

  const write = (project: OpenProject, runId: number, ending: Ending): void => {
    try {
      setMeasured(project.db, runId, { seconds: ending.seconds })
      rest(project, runId, ending)
      unwritten.delete(keyOf(project.id, runId))
    } catch {
      unwritten.set(keyOf(project.id, runId), ending)
    }
  }

  /** With the ending that could not be written yet. */
  const withEnding = (project: OpenProject, record: RunRecord): RunRecord => {
    const ending = unwritten.get(keyOf(project.id, record.id))
    return ending ? { ...record, status: ending.status, failure: ending.failure?.message ?? null, failureCode: ending.failure?.code ?? null } : record
  }

  projects.beforeClose(async (project) => {
    if (active?.work.project === project) {
      active.work.stop(false)
      await active.ended
    }
    await lending.end(project)
    await Promise.all([...inTurn].filter(({ projectId }) => projectId === project.id).map(({ ended }) => ended))
  })

  const desk: RunDesk = {
    context,
    decoders,
    lending,
    deleting: openDeleting(projects, (project, runId) => desk.idle(project, runId)),
    settled(projectId) {
      const project = projects.get(projectId)
      if (project.db.readonly) return project
      for (const { id, owner } of ownedRuns(project.db)) {
        if (isActive(project, id)) continue
        const ending = unwritten.get(keyOf(project.id, id))
        if (ending) write(project, id, ending)
        else if (!owner || !isAlive(owner)) putToRest(project, desk.known(project, id))
      }
      desk.deleting.goOn(project)
      return project
    },
    shown(project, record) {
      const current = withEnding(project, asFound(project, record))
      const { failureCode: _code, ...run } = current
      const folder = runFolder(project, run.id)
      return { ...run, hasCheckpoint: hasCheckpoint(folder), canResume: !project.db.readonly && canResume(current, folder) }
    },
    changed(project, runId) {
      const run = desk.shown(project, desk.known(project, runId))
      context.emit('runs.changed', { projectId: project.id, run })
      return run
    },
    known(project, runId) {
      const record = runById(project.db, runId)
      if (!record) throw new Failure('not-found', `This project has no run ${runId}.`)
      return asFound(project, record)
    },
    idle(project, runId) {
      const record = desk.known(project, runId)
      if (isActive(project, runId)) throw new Failure('busy', `Run ${runId} is still going on. Stop it, or wait until it has ended.`)
      desk.refuseArriving(project, runId)
      desk.refuseElsewhere(project, record)
      return record
    },
    weightsOf(project, runId) {
      const record = desk.idle(project, runId)
      refuseWithoutWeights(record, runFolder(project, runId))
      return record
    },
    refuseSecond() {
      if (active) throw new Failure('busy', `Run ${active.work.runId} of ${active.work.project.name} is going on. Stop it, or wait until it has ended.`)
    },
    refuseElsewhere(project, { id, status }) {
      if (atRest.has(status) || isActive(project, id) || arriving.has(keyOf(project.id, id))) return
      const pid = ownedRuns(project.db).find((owned) => owned.id === id)?.owner?.pid
      throw new Failure('busy', `Another program works on run ${id} (process ${pid}). Stop it there, or wait until it has ended.`)
    },
    arriving(project, runId, work) {
      const key = keyOf(project.id, runId)
      const result = work().finally(() => arriving.delete(key))
      arriving.set(key, result.catch(() => {}))
      return result
    },
    async arrived(project, runId) {
      await arriving.get(keyOf(project.id, runId))
    },
    refuseArriving(project, runId) {
      if (arriving.has(keyOf(project.id, runId))) throw new Failure('busy', `The weights of run ${runId} are still being read. Wait until they are there.`)
    },
    begin(project, run, resume) {
      const work = startRunWork({ context, project, decoders, run, resume, changed: () => desk.changed(project, run.id) })
      const ended = work.ended.then((ending) => {
        active = undefined
        write(project, run.id, ending)
        desk.changed(project, run.id)
      })
      active = { work, ended }
      return desk.changed(project, run.id)
    },
    progressOf: (project, runId) => (isActive(project, runId) ? active!.work.progress.current() : null),
    stop(project, runId) {
      if (isActive(project, runId)) active!.work.stop(true)
    },
    async ended(project, runId) {
      if (isActive(project, runId)) await active!.ended
    },
    async inTurn(projectId, runId, work) {
      const key = keyOf(projectId, runId)
      const turn = turns.get(key) ?? turnstile(1)
      turns.set(key, turn)
      const result = turn(() => Promise.resolve(desk.settled(projectId)).then(work))
      const known = { projectId, key, ended: result.catch(() => {}) }
      inTurn.add(known)
      return result.finally(() => {
        inTurn.delete(known)
        if (![...inTurn].some((waiting) => waiting.key === key)) turns.delete(key)
      })
    },
    activity: () => [...(active ? [doingOf(active.work)] : []), ...lending.activity()],
  }
  return desk
}

/** Where nothing can be put to rest, a run that had not ended is told as it was: what became of it is not seen here. */
function asFound({ db }: OpenProject, record: RunRecord): RunRecord {
  if (!db.readonly || atRest.has(record.status)) return record
  return { ...record, status: 'interrupted', failure: 'This run had not ended when the project was opened. What became of it is seen when the project is opened again.', failureCode: 'closed' }
}

function keyOf(projectId: string, runId: number): string {
  return `${projectId} ${runId}`
}

function doingOf({ project, runId, progress }: RunWork): Doing {
  const current = progress.current()
  const doing = !current ? 'trained' : current.epochs > 0 ? `trained (epoch ${current.epoch} of ${current.epochs})` : 'scored'
  return { projectId: project.id, what: 'run', sentence: `Run ${runId} of ${project.name} is being ${doing}.` }
}

/** Of a run whose program died. */
function putToRest(project: OpenProject, run: RunRecord): void {
  if (neverArrived(project, run)) forget(project, run, new Failure('closed', 'The program ended before the weights were there. Import them again.'))
  else rest(project, run.id, { status: 'interrupted', failure: new Failure('closed', `The program ended while this run went on. ${goOnAdvice(run, runFolder(project, run.id))}`) })
}

/** Puts the run to rest; its record ends where its weights do, whatever was told of an epoch that could not be saved. */
function rest(project: OpenProject, runId: number, { status, failure }: Pick<Ending, 'status' | 'failure'>): void {
  setStatus(project.db, runId, status, { failure })
  dropEpochsAfter(project.db, runId, epochsSaved(runFolder(project, runId)))
}

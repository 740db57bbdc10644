/** The runs of the open project, kept up to date by events; any view may look at them. */
import { defineStore } from 'pinia'
import { computed, shallowReactive, shallowRef } from 'vue'
import type { Split } from '../../../shared/contract/common.ts'
import type { Epoch, ExportFormat, Routed, Run, RunProgress, Verified } from '../../../shared/contract/runs.ts'
import { Failure } from '../../../shared/failure.ts'
import type { RunRequest, SecondStageRequest } from '../../../shared/recipe.ts'
import { call } from '../../api.ts'
import { useProjectEvents, useReconnection } from '../../projectEvents.ts'
import { text } from '../../text/index.ts'
import { withEpoch } from './curves.ts'
import { isActive } from './progress.ts'

export const useRunsStore = defineStore('runs', () => {
  const projectId = shallowRef<string | null>(null)
  /** Newest first. */
  const runs = shallowRef<readonly Run[]>([])
  const loading = shallowRef(false)
  const failure = shallowRef<Failure | null>(null)
  /** Epochs of the runs that were looked at, by run. */
  const epochs = shallowReactive(new Map<number, readonly Epoch[]>())
  const progress = shallowReactive(new Map<number, RunProgress>())
  /** Runs that are being scored at this window's wish: minutes where there are many images, through which a person looks at other things. */
  const scoring = shallowReactive(new Set<number>())

  const active = computed(() => runs.value.find(isActive) ?? null)
  const byId = (runId: number): Run | null => runs.value.find((run) => run.id === runId) ?? null

  function put(run: Run): void {
    runs.value = [run, ...runs.value.filter((other) => other.id !== run.id)].sort((a, b) => b.id - a.id)
    if (!isActive(run)) progress.delete(run.id)
  }

  /** Turns to a project; null where none is open. */
  async function open(id: string | null): Promise<void> {
    if (projectId.value === id) return
    projectId.value = id
    runs.value = []
    epochs.clear()
    progress.clear()
    scoring.clear()
    await reload()
  }

  async function reload(): Promise<void> {
    const asked = projectId.value
    failure.value = null
    if (asked === null) return
    loading.value = true
    try {
      const listed = await call('runs.list', { projectId: asked })
      if (projectId.value !== asked) return
      runs.value = [...listed].sort((a, b) => b.id - a.id)
      const going = active.value
      if (going) await look(going.id)
    } catch (error) {
      if (projectId.value === asked) failure.value = Failure.from(error)
    } finally {
      if (projectId.value === asked) loading.value = false
    }
  }

  /** Asks for a run's epochs and, while it is going on, its progress. */
  async function look(runId: number): Promise<void> {
    const asked = projectId.value
    if (asked === null) return
    const told = await call('runs.get', { projectId: asked, runId })
    if (projectId.value !== asked) return
    epochs.set(runId, told.epochs)
    if (told.progress) progress.set(runId, told.progress)
    put(told.run)
  }

  async function changed(command: 'runs.stop' | 'runs.resume', runId: number): Promise<Run> {
    const run = await call(command, { projectId: opened(), runId })
    put(run)
    return run
  }

  async function start(request: Partial<RunRequest>): Promise<Run> {
    const run = await call('runs.start', { projectId: opened(), ...request })
    put(run)
    epochs.set(run.id, epochs.get(run.id) ?? [])
    return run
  }

  /** Trains something on top of a finished run: a run of its own. */
  async function derive(runId: number, request: SecondStageRequest): Promise<Run> {
    const run = await call('runs.derive', { projectId: opened(), runId, ...request })
    put(run)
    epochs.set(run.id, epochs.get(run.id) ?? [])
    return run
  }

  /** @param order of the classes, where the file does not name them */
  async function importWeights(file: string, order: 'name' | 'frequency'): Promise<Run> {
    const run = await call('runs.import', { projectId: opened(), file, order })
    put(run)
    return run
  }

  /** Scores the weights of the last checkpoint on a split, and keeps the result with the run; `fast` also in a narrower number type. */
  async function score(runId: number, split: Split, fast = false): Promise<void> {
    const asked = opened()
    scoring.add(runId)
    try {
      await call('runs.evaluate', { projectId: asked, runId, split, fast })
      if (projectId.value === asked) await look(runId)
    } finally {
      if (projectId.value === asked) scoring.delete(runId)
    }
  }

  /** What a router makes of a split at every threshold, from low to high. */
  const routing = (runId: number, split: Split): Promise<Routed[]> => call('runs.routing', { projectId: opened(), runId, split })

  async function setThreshold(runId: number, threshold: number): Promise<void> {
    put(await call('runs.setThreshold', { projectId: opened(), runId, threshold }))
  }

  const write = (runId: number, format: ExportFormat, file: string, replace: boolean): Promise<{ file: string; tensors: number; verified: Verified | null }> =>
    call('runs.export', { projectId: opened(), runId, format, file, replace })

  async function rename(runId: number, name: string): Promise<Run> {
    const run = await call('runs.rename', { projectId: opened(), runId, name })
    put(run)
    return run
  }

  async function setNotes(runId: number, notes: string): Promise<Run> {
    const run = await call('runs.setNotes', { projectId: opened(), runId, notes })
    put(run)
    return run
  }

  const deletion = (runId: number): Promise<{ bytes: number; refusal: string | null }> => call('runs.deletion', { projectId: opened(), runId })

  function drop(runId: number): void {
    runs.value = runs.value.filter(({ id }) => id !== runId)
    epochs.delete(runId)
  }

  async function remove(runId: number): Promise<void> {
    await call('runs.delete', { projectId: opened(), runId })
    drop(runId)
  }

  const report = (runId: number, file: string, replace: boolean): Promise<{ file: string }> => call('runs.report', { projectId: opened(), runId, file, replace })

  function opened(): string {
    if (projectId.value === null) throw new Failure('invalid-input', text.app.openFirst)
    return projectId.value
  }

  const here = (): string | null => projectId.value
  // It may be entered again under the same id with other runs: rescued, or trained in elsewhere.
  useProjectEvents(['projects.closed'], here, () => void open(null))
  useProjectEvents(['runs.progress'], here, (told) => progress.set(told.runId, told))
  useProjectEvents(['runs.epoch'], here, ({ runId, epoch }) => epochs.set(runId, withEpoch(epochs.get(runId) ?? [], epoch)))
  useProjectEvents(['runs.deleted'], here, ({ runId }) => drop(runId))
  useProjectEvents(['runs.changed'], here, ({ run }) => put(run))
  useReconnection(() => void reload())

  return {
    projectId,
    runs,
    loading,
    failure,
    epochs,
    progress,
    scoring,
    active,
    byId,
    open,
    reload,
    look,
    start,
    stop: (runId: number) => changed('runs.stop', runId),
    resume: (runId: number) => changed('runs.resume', runId),
    derive,
    importWeights,
    score,
    routing,
    setThreshold,
    write,
    rename,
    setNotes,
    deletion,
    remove,
    report,
  }
})

/** The runs of the open project, kept up to date by events; any view may look at them. */
import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowReactive, shallowRef, watch } from 'vue'
import type { Split } from '../../../shared/contract/common.ts'
import type { Epoch, ExportFormat, Routed, Run, RunProgress, Verified } from '../../../shared/contract/runs.ts'
import { Failure } from '../../../shared/failure.ts'
import type { RunRequest, SecondStageRequest } from '../../../shared/recipe.ts'
import { call, connectionState, on } from '../../api.ts'
import { withEpoch } from './curves.ts'

export const isActive = (run: Pick<Run, 'status'>): boolean => run.status === 'preparing' || run.status === 'training' || run.status === 'evaluating'

export const useRunsStore = defineStore('runs', () => {
  const projectId = shallowRef<string | null>(null)
  /** Newest first. */
  const runs = shallowRef<readonly Run[]>([])
  const loading = shallowRef(false)
  const failure = shallowRef<Failure | null>(null)
  /** Epochs of the runs that were looked at, by run. */
  const epochs = shallowReactive(new Map<number, readonly Epoch[]>())
  const progress = shallowReactive(new Map<number, RunProgress>())

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
    await call('runs.evaluate', { projectId: opened(), runId, split, fast })
    await look(runId)
  }

  /** What a router makes of a split at every threshold, from low to high. */
  const routing = (runId: number, split: Split): Promise<Routed[]> => call('runs.routing', { projectId: opened(), runId, split })

  async function setThreshold(runId: number, threshold: number): Promise<void> {
    put(await call('runs.setThreshold', { projectId: opened(), runId, threshold }))
  }

  const write = (runId: number, format: ExportFormat, file: string, replace: boolean): Promise<{ file: string; tensors: number; verified: Verified | null }> =>
    call('runs.export', { projectId: opened(), runId, format, file, replace })

  function opened(): string {
    if (projectId.value === null) throw new Failure('invalid-input', 'No project is open. Open one first.')
    return projectId.value
  }

  const stopHearing = [
    on('runs.progress', (told) => told.projectId === projectId.value && progress.set(told.runId, told)),
    on('runs.epoch', (told) => told.projectId === projectId.value && epochs.set(told.runId, withEpoch(epochs.get(told.runId) ?? [], told.epoch))),
    on('runs.changed', (told) => told.projectId === projectId.value && put(told.run)),
  ]
  onScopeDispose(() => stopHearing.forEach((stop) => stop()))
  // What happened while the connection was lost was not heard.
  watch(connectionState, (now, before) => {
    if (now === 'open' && before === 'lost') void reload()
  })

  return {
    projectId,
    runs,
    loading,
    failure,
    epochs,
    progress,
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
  }
})

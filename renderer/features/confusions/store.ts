/** The matrix on screen: of which run and split, in which order and measure. */
import { defineStore } from 'pinia'
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { Split } from '../../../shared/contract/common.ts'
import type { ClassResult } from '../../../shared/contract/confusions.ts'
import type { Run } from '../../../shared/contract/runs.ts'
import { Failure } from '../../../shared/failure.ts'
import type { ConfusionCount } from '../../../shared/metrics.ts'
import { splitToShow } from '../../../shared/splits.ts'
import { call, on } from '../../api.ts'
import { matrixOf, mistakesOf, type Order } from './matrix.ts'

export const useConfusionsStore = defineStore('confusions', () => {
  const projectId = shallowRef<string | null>(null)
  /** Runs with a scored split, newest first; null while they are being asked for. */
  const runs = shallowRef<readonly Run[] | null>(null)
  const runId = shallowRef<number | null>(null)
  const split = shallowRef<Split>('val')
  const failure = shallowRef<Failure | null>(null)
  const loading = shallowRef(false)
  /** A split is being scored: minutes where it is large. */
  const scoring = shallowRef(false)
  const told = shallowRef<{ readonly classes: readonly ClassResult[]; readonly cells: readonly ConfusionCount[] } | null>(null)

  const order = ref<Order>('tail')
  const measure = ref<'counts' | 'shares'>('shares')
  const minEvidence = ref(5)
  const search = ref('')
  /** Whether the list names classes of many images too. */
  const withMany = ref(false)

  const matrix = computed(() => told.value && matrixOf(told.value.classes, told.value.cells, order.value))
  const mistakes = computed(() => (matrix.value ? mistakesOf(matrix.value, { search: search.value, withMany: withMany.value }) : []))
  const run = computed(() => runs.value?.find((one) => one.id === runId.value) ?? null)
  /** The run has no answers for this split yet. */
  const unscored = computed(() => run.value !== null && !run.value.scored.includes(split.value))

  /** Turns to a project and one of its runs; without a run that exists, to the newest one. */
  async function open(project: string, wanted: number | null): Promise<void> {
    if (projectId.value !== project) {
      runs.value = null
      told.value = null
      runId.value = null
    }
    projectId.value = project
    failure.value = null
    try {
      const listed = await call('runs.list', { projectId: project })
      if (projectId.value !== project) return
      runs.value = listed.filter((one) => one.scored.length > 0).sort((a, b) => b.id - a.id)
      const before = runId.value
      const turned = runs.value.find((one) => one.id === wanted) ?? runs.value[0] ?? null
      runId.value = turned?.id ?? null
      // A project without validation images may have answers for its test images alone.
      if (turned && turned.id !== before && !turned.scored.includes(split.value)) split.value = splitToShow(turned.scored) ?? 'val'
      // Another run is loaded by the watcher.
      if (before === runId.value && told.value === null) await load()
    } catch (error) {
      if (projectId.value === project) failure.value = Failure.from(error)
    }
  }

  async function load(): Promise<void> {
    const asked = { projectId: projectId.value, runId: runId.value, split: split.value }
    failure.value = null
    if (asked.projectId === null || asked.runId === null || unscored.value) return
    const still = (): boolean => projectId.value === asked.projectId && runId.value === asked.runId && split.value === asked.split
    loading.value = true
    try {
      const answer = await call('confusions.matrix', { projectId: asked.projectId, runId: asked.runId, split: asked.split })
      if (still()) told.value = answer
    } catch (error) {
      if (!still()) return
      told.value = null
      failure.value = Failure.from(error)
    } finally {
      if (still()) loading.value = false
    }
  }

  /** Scores a split that the run was not evaluated on yet. That it is scored now is told by an event, which shows it. */
  async function evaluate(): Promise<void> {
    const asked = { projectId: projectId.value, runId: runId.value, split: split.value }
    if (asked.projectId === null || asked.runId === null) return
    scoring.value = true
    failure.value = null
    try {
      await call('runs.evaluate', { projectId: asked.projectId, runId: asked.runId, split: asked.split })
    } catch (error) {
      if (projectId.value === asked.projectId && runId.value === asked.runId && split.value === asked.split) failure.value = Failure.from(error)
    } finally {
      scoring.value = false
    }
  }

  watch([runId, split, unscored], () => {
    told.value = null
    void load()
  })
  const stopHearing = [
    on('confusions.changed', (change) => change.projectId === projectId.value && change.runId === runId.value && void load()),
    on('runs.changed', (change) => {
      if (change.projectId !== projectId.value || change.run.scored.length === 0 || !runs.value) return
      const known = runs.value.some((one) => one.id === change.run.id)
      if (known) runs.value = runs.value.map((one) => (one.id === change.run.id ? change.run : one))
      else void open(change.projectId, runId.value)
    }),
  ]
  onScopeDispose(() => stopHearing.forEach((stop) => stop()))

  return { projectId, runs, run, runId, split, failure, loading, scoring, order, measure, minEvidence, search, withMany, matrix, mistakes, unscored, open, load, evaluate }
})

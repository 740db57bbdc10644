/** The matrix on screen: of which run and split, in which order and measure. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Split } from '../../../shared/contract/common.ts'
import { cellsNow, classResults, type CellColumns, type KnownClass, type MovedColumns } from '../../../shared/confusions.ts'
import type { LabelTime } from '../../../shared/contract/confusions.ts'
import type { Run } from '../../../shared/contract/runs.ts'
import { Failure } from '../../../shared/failure.ts'
import { splitToShow } from '../../../shared/splits.ts'
import { call } from '../../api.ts'
import { useProjectEvents } from '../../projectEvents.ts'
import { levelsOf } from './folding.ts'
import { arranged, type Order, type RowChoice } from './lines.ts'
import { matrixOf, mistakesOf } from './matrix.ts'

/** What a matrix is made of, wherever it comes from. */
export interface MatrixSource {
  readonly classes: readonly KnownClass[]
  readonly cells: CellColumns
  /** Images whose label changed since the split was scored; of them, those that stand in no row now. */
  readonly moved: number
  readonly unlabelled: number
  readonly unknown: number
}

export const useConfusionsStore = defineStore('confusions', () => {
  const projectId = shallowRef<string | null>(null)
  /** Runs with a scored split, newest first; null while they are being asked for. */
  const runs = shallowRef<readonly Run[] | null>(null)
  const runId = shallowRef<number | null>(null)
  const split = shallowRef<Split>('val')
  const failure = shallowRef<Failure | null>(null)
  const loading = shallowRef(false)
  /** A later question for the matrix makes an earlier one's answer void. */
  let lastQuestion = 0
  /** A split is being scored: minutes where it is large. */
  const scoring = shallowRef(false)
  /** As main keeps it: what was measured when the split was scored, and what labels have moved since. */
  const measured = shallowRef<{ readonly classes: readonly KnownClass[]; readonly cells: CellColumns } | null>(null)
  const moved = shallowRef<MovedColumns>({ actual: [], predicted: [], now: [], count: [], merged: [] })
  const labels = ref<LabelTime>('now')

  /** The matrix as the run answered, by the labels of now or of then. */
  const stored = computed((): MatrixSource | null => {
    if (!measured.value) return null
    const { classes, cells } = measured.value
    const now = cellsNow(cells, moved.value, classes)
    return { classes, ...now, cells: labels.value === 'now' ? now.cells : cells }
  })
  /** The matrix that other answers would make, as a dial's; while it is there, it is what is shown. */
  const dialled = shallowRef<MatrixSource | null>(null)
  const source = computed(() => dialled.value ?? stored.value)

  const order = ref<Order>('tail')
  const rows = ref<RowChoice>('all')
  /** Paths of the folders that are shown as one class. */
  const folded = shallowRef<ReadonlySet<string>>(new Set())
  const measure = ref<'counts' | 'shares'>('shares')
  const minEvidence = ref(5)
  const search = ref('')
  /** Whether the list names classes of many images too. */
  const withMany = ref(false)

  /** Levels of folders that the classes' names have. */
  const levels = computed(() => levelsOf((measured.value?.classes ?? []).map(({ name }) => name)))
  const arrangement = computed(() => measured.value && arranged(measured.value.classes, measured.value.cells, { order: order.value, folded: folded.value, rows: rows.value }))
  const matrix = computed(() => arrangement.value && source.value && matrixOf(arrangement.value, source.value.cells))
  const mistakes = computed(() => (matrix.value ? mistakesOf(matrix.value, { search: search.value, withMany: withMany.value }) : []))
  /** Every class by itself, however the matrix is folded. */
  const results = computed(() => (source.value ? classResults(source.value.classes, source.value.cells) : []))
  const classOf = (classId: number): KnownClass | undefined => byId.value.get(classId)
  const byId = computed(() => new Map((measured.value?.classes ?? []).map((one) => [one.classId, one])))
  const run = computed(() => runs.value?.find((one) => one.id === runId.value) ?? null)
  /** The run has no answers for this split yet. */
  const unscored = computed(() => run.value !== null && !run.value.scored.includes(split.value))

  /** Turns to a project and one of its runs; without a run that exists, to the newest one. */
  async function open(project: string, wanted: number | null): Promise<void> {
    if (projectId.value !== project) {
      lastQuestion += 1
      loading.value = false
      runs.value = null
      measured.value = null
      runId.value = null
      folded.value = new Set()
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
      if (before === runId.value && measured.value === null) await load()
    } catch (error) {
      if (projectId.value === project) failure.value = Failure.from(error)
    }
  }

  async function load(): Promise<void> {
    const question = (lastQuestion += 1)
    const isLast = (): boolean => question === lastQuestion
    failure.value = null
    loading.value = false
    if (projectId.value === null || runId.value === null || unscored.value) return
    loading.value = true
    try {
      const answer = await call('confusions.matrix', { projectId: projectId.value, runId: runId.value, split: split.value })
      if (!isLast()) return
      const { moved: since, ...rest } = answer
      moved.value = since
      measured.value = rest
    } catch (error) {
      if (!isLast()) return
      measured.value = null
      failure.value = Failure.from(error)
    } finally {
      if (isLast()) loading.value = false
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

  /** Labels changed: what moved is asked for again, and nothing else. */
  async function follow(): Promise<void> {
    const before = measured.value
    if (projectId.value === null || runId.value === null || !before) return
    try {
      const since = await call('confusions.moved', { projectId: projectId.value, runId: runId.value, split: split.value })
      if (measured.value === before) moved.value = since
    } catch (error) {
      if (measured.value === before) failure.value = Failure.from(error)
    }
  }

  watch([runId, split, unscored], () => {
    measured.value = null
    dialled.value = null
    void load()
  })
  const here = (): string | null => projectId.value
  useProjectEvents(['confusions.changed'], here, (change) => void (change.runId === runId.value && load()))
  useProjectEvents(['classes.changed'], here, () => void load())
  useProjectEvents(['labels.changed'], here, () => void follow())
  useProjectEvents(['runs.changed'], here, (change) => {
    if (change.run.scored.length === 0 || !runs.value) return
    const known = runs.value.some((one) => one.id === change.run.id)
    if (known) runs.value = runs.value.map((one) => (one.id === change.run.id ? change.run : one))
    else void open(change.projectId, runId.value)
  })

  return { projectId, runs, run, runId, split, failure, loading, scoring, order, rows, folded, levels, labels, measure, minEvidence, search, withMany, stored, dialled, source, matrix, mistakes, results, classOf, unscored, open, load, evaluate }
})

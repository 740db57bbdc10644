import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import type { WorkbenchContract } from '../../../shared/contract/index.ts'
import type { Epoch, Run, RunProgress } from '../../../shared/contract/runs.ts'
import { Failure } from '../../../shared/failure.ts'
import type { Emit } from '../../../shared/rpc.ts'
import { answerWith } from '../../fixtures/main.ts'
import { runOf } from '../../../shared/fixtures/run.ts'

// Loaded once there is something to ask.
const { useRunsStore } = await import('./store.ts')

const projectId = '5d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d'
const otherProject = '6d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d'
const run = (id: number, status: Run['status']): Run => runOf({ id, status }, { epochs: 4 })
const epoch = (number: number): Epoch => ({ epoch: number, learningRate: 0.1, loss: 1, top1: null, many: null, medium: null, few: null, experts: [], imagesPerSecond: 1, seconds: 1 })
const progress: RunProgress = { projectId, runId: 2, phase: 'training', epoch: 2, epochs: 4, done: 0, total: 9, loss: null, imagesPerSecond: null, secondsLeft: null, peakMemoryBytes: null }

let emit: Emit<WorkbenchContract>

beforeEach(() => {
  setActivePinia(createPinia())
  emit = answerWith({
    'runs.list': (asked) => (asked.projectId === projectId ? [run(1, 'finished'), run(2, 'training')] : []),
    'runs.get': () => ({ run: run(2, 'training'), epochs: [epoch(1)], progress }),
    'runs.stop': () => run(2, 'stopped'),
  })
})

it('lists the newest first and looks at the run that goes on', async () => {
  const store = useRunsStore()
  await store.open(projectId)
  expect(store.runs.map((one) => one.id)).toEqual([2, 1])
  expect(store.active?.id).toBe(2)
  expect(store.epochs.get(2)).toHaveLength(1)
  expect(store.progress.get(2)).toEqual(progress)
})

it('hears what happens in its own project, and only there', async () => {
  const store = useRunsStore()
  await store.open(projectId)
  emit('runs.epoch', { projectId, runId: 2, epoch: epoch(2) })
  emit('runs.epoch', { projectId: otherProject, runId: 2, epoch: epoch(3) })
  emit('runs.progress', { ...progress, done: 5 })
  expect(store.epochs.get(2)?.map((one) => one.epoch)).toEqual([1, 2])
  expect(store.progress.get(2)?.done).toBe(5)
  emit('runs.changed', { projectId, run: run(2, 'finished') })
  expect(store.active).toBeNull()
  expect(store.progress.has(2)).toBe(false)
})

it('takes the answer of stop for what the run is now', async () => {
  const store = useRunsStore()
  await store.open(projectId)
  await store.stop(2)
  expect(store.byId(2)?.status).toBe('stopped')
})

it('asks anew once a project was closed and is entered again, as after its rescue', async () => {
  const store = useRunsStore()
  await store.open(projectId)
  emit('projects.closed', { projectId: otherProject })
  expect(store.runs).toHaveLength(2)
  emit('projects.closed', { projectId })
  expect([store.projectId, store.runs]).toEqual([null, []])
  answerWith({ 'runs.list': () => [run(3, 'finished')] })
  await store.open(projectId)
  expect(store.runs.map(({ id }) => id)).toEqual([3])
})

it('scores a run anew, says so meanwhile, and has the result afterwards', async () => {
  const store = useRunsStore()
  await store.open(projectId)
  const evaluation: NonNullable<Run['evaluation']> = { split: 'val', images: 20, top1: 0.5, many: null, medium: 0.5, few: null, experts: [], expertsUsed: 1, imagesPerSecond: 90, routing: null, fast: null }
  const owed: (() => void)[] = []
  answerWith({
    'runs.evaluate': () => new Promise((resolve) => owed.push(() => resolve({ ...evaluation, perClass: [], skipped: [] }))),
    'runs.get': ({ runId }) => ({ run: runOf({ id: runId, evaluation, scored: ['val'] }), epochs: [], progress: null }),
  })
  const scored = store.score(1, 'val')
  await new Promise((resolve) => setTimeout(resolve))
  expect(store.scoring.has(1)).toBe(true)
  owed[0]!()
  await scored
  expect([store.scoring.has(1), store.byId(1)?.evaluation?.top1]).toEqual([false, 0.5])
})

it('forgets a project when it turns to another, and keeps why one cannot be listed', async () => {
  const store = useRunsStore()
  await store.open(projectId)
  await store.open(otherProject)
  expect(store.runs).toEqual([])
  emit = answerWith({
    'runs.list': () => {
      throw new Failure('damaged', 'The project file is damaged.')
    },
  })
  await store.reload()
  expect(store.failure?.message).toBe('The project file is damaged.')
  expect(store.loading).toBe(false)
})

it('puts a second stage, an import and a moved threshold among the runs as they are answered', async () => {
  const store = useRunsStore()
  await store.open(projectId)
  answerWith({
    'runs.derive': ({ runId, stage }) => runOf({ id: 8, status: 'preparing', config: { ...run(runId, 'finished').config, stage, baseRun: runId } }),
    'runs.import': ({ order }) => runOf({ id: 9, name: order }),
    'runs.setThreshold': ({ runId, threshold }) => runOf({ id: runId, threshold }),
  })
  const { stage, baseRun } = (await store.derive(1, { stage: 'router', tauNorm: 1, seed: 0, device: 'auto' })).config
  expect([stage, baseRun]).toEqual(['router', 1])
  await store.importWeights('/weights.pth', 'frequency')
  await store.setThreshold(8, 0.25)
  expect(store.runs.map(({ id }) => id)).toEqual([9, 8, 2, 1])
  expect(store.byId(9)?.name).toBe('frequency')
  expect(store.byId(8)?.threshold).toBe(0.25)
})

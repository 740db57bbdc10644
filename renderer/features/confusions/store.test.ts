import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { nextTick } from 'vue'
import type { Answer } from '../../../shared/rpc.ts'
import type { WorkbenchContract } from '../../../shared/contract/index.ts'
import { runOf } from '../../../shared/fixtures/run.ts'
import { answerWith } from '../../fixtures/main.ts'

// Loaded once there is something to ask.
const { useConfusionsStore } = await import('./store.ts')

type Matrix = Answer<WorkbenchContract, 'confusions.matrix'>

const projectId = '5d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d'
const matrixOf = (count: number): Matrix => ({ classes: [{ classId: 9, name: 'lynx', train: 3, group: 'few' }], cells: { actual: [9], predicted: [9], count: [count] }, moved: { actual: [], predicted: [], now: [], count: [], merged: [] } })
const answers = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
/** Answers that are still owed, in the order in which they were asked for. */
let owed: ((matrix: Matrix) => void)[]

async function opened() {
  const emit = answerWith({ 'runs.list': () => [runOf({ id: 1, scored: ['val'] })], 'confusions.matrix': () => new Promise((resolve) => owed.push(resolve)) })
  const store = useConfusionsStore()
  await store.open(projectId, null)
  await answers()
  return { store, emit }
}

beforeEach(() => {
  setActivePinia(createPinia())
  owed = []
})

it('waits for nothing once it turns to a split that was not scored', async () => {
  const { store } = await opened()
  expect([store.loading, owed.length]).toEqual([true, 1])
  store.split = 'test'
  await nextTick()
  expect([store.unscored, store.loading]).toEqual([true, false])
  owed[0]!(matrixOf(1))
  await answers()
  expect([store.matrix, store.loading]).toEqual([null, false])
})

it('shows what was asked for last, however late an earlier answer comes', async () => {
  const { store, emit } = await opened()
  emit('confusions.changed', { projectId, runId: 1 })
  await answers()
  owed[1]!(matrixOf(2))
  await answers()
  owed[0]!(matrixOf(1))
  await answers()
  expect([store.source?.cells.count, store.loading]).toEqual([[2], false])
})

import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { Failure } from '../shared/failure.ts'
import { runOf } from '../shared/fixtures/run.ts'
import { answerWith } from './fixtures/main.ts'

// Loaded once there is something to ask.
const { useGoingOn } = await import('./goingOn.ts')
const { useRunsStore } = await import('./features/runs/store.ts')

const projectId = '5d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d'

beforeEach(() => setActivePinia(createPinia()))

it('knows what is asked for until it is answered, or fails', async () => {
  answerWith({
    'runs.list': () => [runOf({ id: 1 })],
    'runs.export': () => {
      throw new Failure('disk', 'The disk is full.')
    },
  })
  const store = useRunsStore()
  await store.open(projectId)
  const goingOn = useGoingOn()
  expect(goingOn.value).toBeNull()
  const exported = store.write(1, 'onnx', '/model.onnx', false)
  expect(goingOn.value).toBe('export')
  await expect(exported).rejects.toThrow('The disk is full.')
  expect(goingOn.value).toBeNull()
})

it('names a run that trains, and nothing that is answered at once', async () => {
  const emit = answerWith({ 'runs.list': () => [runOf({ id: 1 })], 'runs.get': () => new Promise(() => undefined) })
  const store = useRunsStore()
  await store.open(projectId)
  const goingOn = useGoingOn()
  void store.look(1)
  expect(goingOn.value).toBeNull()
  emit('runs.changed', { projectId, run: runOf({ id: 1, status: 'training' }) })
  expect(goingOn.value).toBe('run')
})

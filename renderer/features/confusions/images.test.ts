import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import type { Prediction } from '../../../shared/contract/confusions.ts'
import type { WorkbenchContract } from '../../../shared/contract/index.ts'
import { Failure } from '../../../shared/failure.ts'
import type { Emit, Handlers } from '../../../shared/rpc.ts'
import { answerWith } from '../../fixtures/main.ts'

// Loaded once there is something to ask.
const { useCellImagesStore } = await import('./images.ts')

const question = { projectId: '5d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d', runId: 1, split: 'val', actual: 9, predicted: 7 } as const
const total = 75
const journal: { imageId: number; before: number }[] = []
let classes: Map<number, number>
let emit: Emit<WorkbenchContract>

const imageOf = (imageId: number): Prediction => ({
  imageId,
  path: `val/lynx/${imageId}.jpg`,
  classId: classes.get(imageId) ?? 9,
  actual: 9,
  predicted: 7,
  guesses: [{ classId: 7, probability: 0.6 }],
  experts: [{ classId: 7, probability: 0.6 }],
  expertsAsked: 1,
})

beforeEach(() => {
  setActivePinia(createPinia())
  classes = new Map()
  journal.length = 0
  const handlers: Partial<Handlers<WorkbenchContract>> = {
    'confusions.images': ({ offset, limit }) => ({ total, images: Array.from({ length: Math.min(limit, total - offset) }, (_, n) => imageOf(offset + n + 1)) }),
    'labels.set': ({ projectId, imageIds, classId }) => {
      const [imageId] = imageIds
      if (classId === 99) throw new Failure('not-found', 'There is no class 99.')
      journal.push({ imageId: imageId!, before: classes.get(imageId!) ?? 9 })
      classes.set(imageId!, classId)
      emit('labels.changed', { projectId })
      return { changed: 1, canUndo: true, canRedo: false }
    },
    'labels.undo': ({ projectId }) => {
      const step = journal.pop()
      if (step) classes.set(step.imageId, step.before)
      if (step) emit('labels.changed', { projectId })
      return { changed: step ? 1 : 0, canUndo: journal.length > 0, canRedo: true }
    },
  }
  emit = answerWith(handlers)
})

it('pages through the images of a cell', async () => {
  const store = useCellImagesStore()
  await store.open(question)
  expect([store.images.length, store.total]).toEqual([60, 75])
  await store.more()
  expect(store.images.map((image) => image.imageId)).toEqual(Array.from({ length: 75 }, (_, n) => n + 1))
})

it('relabels an image at once and takes back only what was done here', async () => {
  const store = useCellImagesStore()
  journal.push({ imageId: 2, before: 5 })
  await store.open(question)
  await store.relabel(3, 7)
  expect(store.images[2]?.classId).toBe(7)
  await store.undo()
  expect(store.images[2]?.classId).toBe(9)
  await store.undo()
  expect(journal).toHaveLength(1)
})

it('takes back one step a time, however fast it is asked', async () => {
  const store = useCellImagesStore()
  journal.push({ imageId: 2, before: 5 })
  await store.open(question)
  await store.relabel(3, 7)
  await Promise.all([store.undo(), store.undo()])
  expect(journal).toHaveLength(1)
})

it('takes nothing back in a project after relabelling in another', async () => {
  const store = useCellImagesStore()
  await store.open(question)
  await store.relabel(3, 7)
  store.close()
  await store.open({ ...question, projectId: '6d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d' })
  expect(store.steps).toEqual([])
  await store.undo()
  expect(journal).toHaveLength(1)
})

it('takes nothing back once another window has relabelled', async () => {
  const store = useCellImagesStore()
  await store.open(question)
  await store.relabel(3, 7)
  journal.push({ imageId: 8, before: 9 })
  emit('labels.changed', { projectId: question.projectId })
  await store.undo()
  expect(journal).toHaveLength(2)
})

it('keeps the label and says why where relabelling fails', async () => {
  const store = useCellImagesStore()
  await store.open(question)
  await store.relabel(3, 99)
  expect(store.images[2]?.classId).toBe(9)
  expect(store.failure?.message).toBe('There is no class 99.')
  expect(store.steps).toEqual([])
})

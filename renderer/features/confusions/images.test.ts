import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import type { Prediction } from '../../../shared/contract/confusions.ts'
import type { WorkbenchContract } from '../../../shared/contract/index.ts'
import { Failure } from '../../../shared/failure.ts'
import type { Emit, Handlers } from '../../../shared/rpc.ts'
import { answerWith } from '../../fixtures/main.ts'

// Loaded once there is something to ask.
const { useCellImagesStore } = await import('./images.ts')

const question = { projectId: '5d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d', runId: 1, split: 'val', labels: 'now', actual: [9], predicted: [7] } as const
const total = 75
const guess = { classId: 7, probability: 0.6 }
/** Steps that stand and, beyond `done`, those that were undone. */
let journal: { readonly stepId: number; readonly imageIds: readonly number[]; readonly before: readonly (number | null)[]; readonly classId: number | null }[]
let done: number
let classes: Map<number, number | null>
const sent = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
/** What an answer with images waits for. */
let late: Promise<void>
let arrive: (() => void) | undefined
let emit: Emit<WorkbenchContract>

const imageOf = (imageId: number): Prediction => ({ imageId, version: '00000000', path: `val/lynx/${imageId}.jpg`, classId: classes.has(imageId) ? classes.get(imageId)! : 9, actual: 9, predicted: 7, guesses: [guess], experts: [guess], expertsAsked: 1 })

const tellingOf = (step: (typeof journal)[number] | undefined) => (step ? { stepId: step.stepId, about: { what: 'relabel' as const, className: String(step.classId) }, images: step.imageIds.length } : null)
const state = () => ({ undo: tellingOf(journal[done - 1]), redo: tellingOf(journal[done]) })

function set(imageIds: readonly number[], classId: number | null): void {
  journal = [...journal.slice(0, done), { stepId: journal.length + 1, imageIds, before: imageIds.map((imageId) => imageOf(imageId).classId), classId }]
  done += 1
  for (const imageId of imageIds) classes.set(imageId, classId)
}

function expected(stepId: number | undefined, found: number): void {
  if (stepId !== found) throw new Failure('busy', 'Something else was changed meanwhile.')
}

beforeEach(() => {
  setActivePinia(createPinia())
  classes = new Map()
  journal = []
  done = 0
  late = Promise.resolve()
  const handlers: Partial<Handlers<WorkbenchContract>> = {
    'confusions.images': async ({ offset, limit }) => {
      await late
      return { total, images: Array.from({ length: Math.min(limit, total - offset) }, (_, n) => imageOf(offset + n + 1)) }
    },
    'confusions.listed': () => ({ total: 1, images: [imageOf(40)] }),
    'confusions.these': ({ imageIds }) => imageIds.map(imageOf),
    'labels.state': state,
    'labels.set': ({ projectId, imageIds, classId }) => {
      if (classId === 99) throw new Failure('not-found', 'There is no class 99.')
      const changed = imageIds.filter((imageId) => imageOf(imageId).classId !== classId)
      if (changed.length > 0) {
        set(changed, classId)
        emit('labels.changed', { projectId })
      }
      return { changed: changed.length, ...state() }
    },
    // The fifth has no guess.
    'labels.setGuessed': ({ imageIds }) => {
      const guessed = imageIds.filter((imageId) => imageId !== 5)
      set(guessed, guess.classId)
      return { changed: guessed.length, withoutGuess: imageIds.length - guessed.length, ...state() }
    },
    'labels.setNew': ({ imageIds }) => {
      set(imageIds, 12)
      return { changed: imageIds.length, classId: 12, ...state() }
    },
    'labels.undo': ({ projectId, stepId }) => {
      const step = journal[done - 1]!
      expected(stepId, step.stepId)
      for (const [n, imageId] of step.imageIds.entries()) classes.set(imageId, step.before[n]!)
      done -= 1
      emit('labels.changed', { projectId })
      return { changed: step.imageIds.length, ...state() }
    },
    'labels.redo': ({ projectId, stepId }) => {
      const step = journal[done]!
      expected(stepId, step.stepId)
      for (const imageId of step.imageIds) classes.set(imageId, step.classId)
      done += 1
      emit('labels.changed', { projectId })
      return { changed: step.imageIds.length, ...state() }
    },
  }
  emit = answerWith(handlers)
})

it('pages through the images of a cell, and shows those of a list', async () => {
  const store = useCellImagesStore()
  await store.open(question)
  expect([store.images.length, store.total]).toEqual([12, 75])
  await store.more()
  expect(store.images).toHaveLength(60)
  await store.more()
  await store.more()
  expect(store.images.map((image) => image.imageId)).toEqual(Array.from({ length: 75 }, (_, n) => n + 1))
  await store.open({ ...question, listed: 'allWrong' })
  expect(store.images.map((image) => image.imageId)).toEqual([40])
})

it('tells that what has the label already is no step', async () => {
  const store = useCellImagesStore()
  await store.open(question)
  expect([await store.relabel([3], 7), await store.relabel([3, 5], 7), await store.relabel([3, 5], 7), await store.relabel([3], 99)]).toEqual([1, 1, 0, null])
  expect(journal).toHaveLength(2)
})

it('relabels at once as one step, takes it back and brings it back', async () => {
  const store = useCellImagesStore()
  await store.open(question)
  expect(store.journal).toEqual({ undo: null, redo: null })
  await store.relabel([3, 5], 7)
  expect([store.images[2]?.classId, store.images[4]?.classId, store.relabelled]).toEqual([7, 7, 2])
  expect(store.images).toHaveLength(12)
  expect(store.journal.undo).toMatchObject({ about: { what: 'relabel', className: '7' }, images: 2 })
  await store.take('undo')
  expect([store.images[2]?.classId, store.relabelled, store.journal.undo]).toEqual([9, 0, null])
  await store.take('redo')
  expect(store.images[2]?.classId).toBe(7)
  await store.take('redo')
  expect(journal).toHaveLength(1)
})

it('marked images are shown with what each was labelled by its guess, as one step', async () => {
  const store = useCellImagesStore()
  await store.open(question)
  store.mark([2, 3, 5], true)
  expect(await store.relabelGuessed([2, 3, 5], 1)).toMatchObject({ changed: 2, withoutGuess: 1 })
  expect([2, 3, 5].map((imageId) => store.images[imageId - 1]?.classId)).toEqual([7, 7, 9])
  expect([store.marked.size, store.journal.undo?.images]).toEqual([0, 2])
  await store.take('undo')
  expect(store.relabelled).toBe(0)
})

it('takes back one step a time, however fast it is asked', async () => {
  const store = useCellImagesStore()
  set([2], 5)
  await store.open(question)
  await store.relabel([3], 7)
  await Promise.all([store.take('undo'), store.take('undo')])
  expect([done, store.images[1]?.classId]).toEqual([0, 9])
})

it('takes back no other step than the one that was shown', async () => {
  const store = useCellImagesStore()
  await store.open(question)
  await store.relabel([3], 7)
  // Another window's step, whose event has not come yet.
  set([8], 4)
  await store.take('undo')
  expect([done, store.failure?.code]).toEqual([2, 'busy'])
  expect(store.journal.undo).toMatchObject({ stepId: 2 })
})

it('follows what another window relabels, and nothing leaves the pane', async () => {
  const store = useCellImagesStore()
  await store.open(question)
  set([8], 4)
  emit('labels.changed', { projectId: question.projectId })
  await expect.poll(() => store.images[7]?.classId).toBe(4)
  expect([store.images.length, store.relabelled]).toEqual([12, 1])
})

it('relabels all but those that are marked, those too that were not read yet', async () => {
  const store = useCellImagesStore()
  await store.open(question)
  store.mark([1, 2, 3], true)
  store.mark([2], false)
  await store.markOthers()
  expect(store.marked.size).toBe(73)
  expect([store.marked.has(1), store.marked.has(2), store.marked.has(75)]).toEqual([false, true, true])
  await store.relabel([...store.marked], 7)
  expect([journal.length, store.marked.size, store.relabelled]).toEqual([1, 0, 73])
})

it('reads on from where it is, also where all are marked while a page is on its way', async () => {
  const store = useCellImagesStore()
  await store.open(question)
  late = new Promise((resolve) => (arrive = resolve))
  const more = store.more()
  await sent()
  late = Promise.resolve()
  const marking = store.markOthers()
  await sent()
  arrive?.()
  await Promise.all([more, marking])
  expect([store.images.length, store.marked.size, store.loading]).toEqual([75, 75, false])
})

it('relabels to a class that is made in the same step', async () => {
  const store = useCellImagesStore()
  await store.open(question)
  await store.relabelAsNew([3], 'caracal')
  expect([store.images[2]?.classId, journal.length, store.journal.undo?.images]).toEqual([12, 1, 1])
})

it('keeps the label and says why where relabelling fails', async () => {
  const store = useCellImagesStore()
  await store.open(question)
  await store.relabel([3], 99)
  expect(store.images[2]?.classId).toBe(9)
  expect(store.failure?.message).toBe('There is no class 99.')
})

/** Labelling at the window's wire: an answer comes late, another window changes something, the connection says no. */
import { answerWith } from '../../fixtures/main.ts'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { nextTick } from 'vue'
import type { JournalState, Step } from '../../../shared/contract/labels.ts'
import { Failure } from '../../../shared/failure.ts'
import { useLabelling } from './store.ts'

const projectId = '5d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d'
const otherId = '6d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d'
const nothing: JournalState = { undo: null, redo: null }
const stateOf = (stepId: number): JournalState => ({ undo: { stepId, about: { what: 'relabel', className: 'lynx' }, images: 1 }, redo: null })
const stepOf = (stepId: number): Step => ({ changed: 1, ...stateOf(stepId) })
const settled = async (): Promise<void> => {
  for (let n = 0; n < 20; n++) await nextTick()
  await new Promise((resolve) => setTimeout(resolve, 5))
}

beforeEach(() => setActivePinia(createPinia()))

test('what was labelled can be undone at once, each change in its turn', async () => {
  const asked: string[] = []
  let newest = 1
  let answer: ((step: Step) => void) | undefined
  answerWith({
    'labels.state': () => nothing,
    'labels.set': ({ imageIds }) => {
      asked.push(`set ${imageIds.join()}`)
      return new Promise((resolve) => (answer = resolve))
    },
    'labels.undo': ({ stepId }) => {
      asked.push(`undo ${stepId}`)
      return { changed: 1, ...nothing }
    },
  })
  const labelling = useLabelling()
  await labelling.open(projectId)
  const first = labelling.label({ imageIds: [1] }, 3)
  const second = labelling.label({ imageIds: [2] }, 3)
  const undone = labelling.undo()
  await settled()
  expect([asked, labelling.isChanging]).toEqual([['set 1'], true])
  answer!(stepOf(newest++))
  expect((await first)?.undo?.stepId).toBe(1)
  await settled()
  answer!(stepOf(newest++))
  await second
  await undone
  // What undo takes back is what the last answer told of, although it was asked for before that came.
  expect(asked).toEqual(['set 1', 'set 2', 'undo 2'])
  expect([labelling.state, labelling.isChanging]).toEqual([nothing, false])
})

test('a new class comes with its labels in one step, and what cannot be saved is told and asked for anew', async () => {
  const asked: unknown[] = []
  answerWith({
    'labels.state': () => stateOf(7),
    'labels.setNew': ({ name, imageIds }) => {
      asked.push(name, imageIds)
      if (name === 'wildcat') return { classId: 12, ...stepOf(7) }
      throw new Failure('disk', 'The labels were not saved: the disk is full. Free some space and try again.')
    },
  })
  const labelling = useLabelling()
  await labelling.open(projectId)
  expect((await labelling.labelAnew({ imageIds: [1] }, 'wildcat'))?.undo?.stepId).toBe(7)
  expect(await labelling.labelAnew({ imageIds: [2] }, 'lynx')).toBeNull()
  expect(asked).toEqual(['wildcat', [1], 'lynx', [2]])
  expect(labelling.failure).toMatchObject({ code: 'disk' })
  await settled()
  expect(labelling.state).toEqual(stateOf(7))
})

test('what another window changes is seen; what is told of another project is not', async () => {
  let newest = 1
  const emit = answerWith({ 'labels.state': () => stateOf(newest) })
  const labelling = useLabelling()
  await labelling.open(projectId)
  newest = 2
  emit('labels.changed', { projectId: otherId })
  await settled()
  expect(labelling.state.undo?.stepId).toBe(1)
  emit('labels.changed', { projectId })
  await settled()
  expect(labelling.state.undo?.stepId).toBe(2)
})

test('an answer that comes after another project was opened changes nothing there', async () => {
  let answer: ((step: Step) => void) | undefined
  answerWith({ 'labels.state': ({ projectId: id }) => (id === projectId ? stateOf(1) : nothing), 'labels.set': () => new Promise((resolve) => (answer = resolve)) })
  const labelling = useLabelling()
  await labelling.open(projectId)
  const late = labelling.label({ imageIds: [1] }, 3)
  await settled()
  await labelling.open(otherId)
  answer!(stepOf(2))
  await late
  expect(labelling.state).toEqual(nothing)
})

test('without anything to undo, or a project, nothing is asked for', async () => {
  answerWith({ 'labels.state': () => nothing })
  const labelling = useLabelling()
  expect(await labelling.label({ imageIds: [1] }, 3)).toBeNull()
  await labelling.open(projectId)
  expect([await labelling.undo(), await labelling.redo(), labelling.failure]).toEqual([null, null, null])
})

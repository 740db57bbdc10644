/** Labelling and moving on at the window's wire, while a person goes on faster than the answers come. */
import { answerWith } from '../../fixtures/main.ts'
import { emptyStorage } from '../../fixtures/storage.ts'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { effectScope, ref } from 'vue'
import type { ImageQuery, ListedImage } from '../../../shared/contract/images.ts'
import { useImages } from '../../imageList.ts'
import { useLabelling } from './store.ts'
import { useMovingOn } from './useMovingOn.ts'
import { usePicking } from './usePicking.ts'

const projectId = '5d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d'
const query: ImageQuery = { sort: 'added', unlabelled: true }
const imageOf = (id: number): ListedImage => ({ id, version: '00000000', path: `${id}.jpg`, sourceFolder: '/images', classId: null, className: null, split: 'train', width: 8, height: 8, format: 'jpeg', bytes: 9, duplicateOf: null, missing: false, takenAt: null, camera: null, guess: null })
const answers = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

/** Unlabelled images: what is labelled leaves the list. */
let left: number[]
let labelled: (readonly [imageId: number, classId: number | null])[]

beforeEach(() => {
  emptyStorage()
  setActivePinia(createPinia())
  left = [1, 2, 3, 4]
  labelled = []
  const emit = answerWith({
    'labels.state': () => ({ undo: null, redo: null }),
    'images.list': () => ({ total: left.length, images: left.map(imageOf) }),
    'images.place': ({ imageId }) => (left.includes(imageId) ? left.indexOf(imageId) : null),
    'labels.set': ({ imageIds, classId }) => {
      labelled.push(...imageIds.map((imageId) => [imageId, classId] as const))
      left = left.filter((imageId) => !imageIds.includes(imageId))
      emit('labels.changed', { projectId })
      return { changed: imageIds.length, undo: null, redo: null }
    },
  })
})

async function opened() {
  const labelling = useLabelling()
  await labelling.open(projectId)
  const list = effectScope().run(() => {
    const images = useImages(() => ({ projectId, ...query }))
    const shown = { projectId: () => projectId, folder: () => '/project', query: ref(query), total: images.total, at: images.at }
    const picking = usePicking(shown)
    return { picking, ...useMovingOn(shown, picking) }
  })!
  await answers()
  return { ...list, labelling }
}

test('an answer that comes late labels the image that the key meant, and its person stays where they went', async () => {
  const { picking, change, labelling } = await opened()
  let guess: ((classId: number) => void) | undefined
  const guessed = new Promise<number>((resolve) => (guess = resolve))
  const done = change(async (which) => labelling.label(which, await guessed))
  picking.current.value = 2
  guess?.(7)
  await done
  await answers()
  expect(labelled).toEqual([[1, 7]])
  expect(picking.image.value?.id).toBe(3)
})

test('what is labelled leaves the list, and the next image is the current one', async () => {
  const { picking, change, labelling } = await opened()
  picking.current.value = 1
  await change((which) => labelling.label(which, 7))
  await answers()
  expect([labelled, picking.image.value?.id]).toEqual([[[2, 7]], 3])
})

test.each([
  ['picked downwards', 1, [2], 4],
  ['picked upwards', 2, [1], 4],
  ['picked here and there', 0, [2], 2],
  ['of which the last are the end of the list', 2, [3], 2],
])('several that are labelled, %s, leave the list: the first after the earliest of them is the current one', async (_, from, to, next) => {
  const { picking, change, labelling } = await opened()
  picking.current.value = from
  for (const index of to) {
    picking.toggle(index)
    picking.current.value = index
  }
  await change((which) => labelling.label(which, 7))
  await answers()
  expect(picking.image.value?.id).toBe(next)
  expect(picking.count.value).toBe(0)
})

test('several that stay in the list leave the keys where they are', async () => {
  const { picking, change } = await opened()
  picking.current.value = 1
  picking.toggle(2)
  picking.current.value = 2
  await change(async () => ({ changed: 2, undo: null, redo: null }))
  expect(picking.image.value?.id).toBe(3)
})

test('what is picked while an earlier pick is being labelled stays picked', async () => {
  const { picking, change, labelling } = await opened()
  picking.toggle(1)
  const done = change((which) => labelling.label(which, 7))
  picking.toggle(2)
  await done
  expect(labelled).toEqual([[1, 7], [2, 7]])
  expect(picking.which()).toEqual({ imageIds: [1, 2, 3] })
})

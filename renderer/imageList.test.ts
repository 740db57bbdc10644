import { effectScope, nextTick, ref } from 'vue'
import { beforeEach, expect, it } from 'vitest'
import type { ListedImage } from '../shared/contract/images.ts'
import type { WorkbenchContract } from '../shared/contract/index.ts'
import type { Emit, Handlers } from '../shared/rpc.ts'
import { answerWith } from './fixtures/main.ts'

// Loaded once there is something to ask.
const { useImages } = await import('./imageList.ts')

const projectId = '5d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d'
let emit: Emit<WorkbenchContract>
let className: string
let total: number
let offsets: number[]
const imageOf = (id: number): ListedImage => ({ id, version: '00000000', path: `lynx/${id}.jpg`, sourceFolder: '/images', classId: 1, className, split: 'train', width: 8, height: 8, format: 'jpeg', bytes: 9, duplicateOf: null, missing: false, takenAt: null, camera: null, guess: null })
const answers = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

beforeEach(() => {
  className = 'lynx'
  total = 900
  offsets = []
  const handlers: Partial<Handlers<WorkbenchContract>> = {
    'images.list': ({ offset, limit }) => {
      offsets.push(offset)
      return { total, images: Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, n) => imageOf(offset + n + 1)) }
    },
  }
  emit = answerWith(handlers)
})

it('fetches the pages that come into sight, each once', async () => {
  const images = effectScope().run(() => useImages(() => ({ projectId, classId: 1 })))!
  await answers()
  images.want(150, 450)
  images.want(160, 460)
  await answers()
  expect(offsets).toEqual([0, 200, 400])
  expect(images.at(450)?.id).toBe(451)
  expect(images.at(600)).toBeNull()
})

it('fetches what is in sight again after a change, and shows what it had meanwhile', async () => {
  const images = effectScope().run(() => useImages(() => ({ projectId, classId: 1 })))!
  await answers()
  images.want(620, 700)
  await answers()
  className = 'wildcat'
  total = 890
  emit('classes.changed', { projectId })
  expect(images.at(650)?.className).toBe('lynx')
  await answers()
  expect(images.at(650)?.className).toBe('wildcat')
  expect(images.total.value).toBe(890)
})

it('fetches what is in sight again once the run whose guesses it shows has guessed more, and no other', async () => {
  effectScope().run(() => useImages(() => ({ projectId, unlabelled: true, run: { runId: 3, split: 'val' } })))
  await answers()
  offsets = []
  emit('runs.guessed', { projectId, runId: 2 })
  await answers()
  expect(offsets).toEqual([])
  emit('runs.guessed', { projectId, runId: 3 })
  await answers()
  expect(offsets).toEqual([0])
})

it('begins at the first page again where another list is asked for', async () => {
  const classId = ref(1)
  const images = effectScope().run(() => useImages(() => ({ projectId, classId: classId.value })))!
  await answers()
  images.want(620, 700)
  await answers()
  offsets = []
  classId.value = 2
  await nextTick()
  expect(images.total.value).toBeNull()
  expect(images.at(650)).toBeNull()
  await answers()
  expect(offsets).toEqual([0])
})

/** What is picked by ranges at the window's wire, of a list that no message could hold. */
import { answerWith } from '../../fixtures/main.ts'
import { emptyStorage } from '../../fixtures/storage.ts'
import { beforeEach, expect, test } from 'vitest'
import { effectScope, ref } from 'vue'
import type { ImageQuery, ListedImage } from '../../../shared/contract/images.ts'
import { Failure } from '../../../shared/failure.ts'
import { useNotices } from '../../composables/useNotices.ts'
import { usePicking } from './usePicking.ts'

const query: ImageQuery = { sort: 'newest' }
const total = 1_000_000
/** Ids that were told, in all. */
let told: number

beforeEach(() => {
  emptyStorage()
  told = 0
  answerWith({
    'images.ids': ({ first, last }) => {
      told += last - first + 1
      return Array.from({ length: last - first + 1 }, (_, n) => total - first - n)
    },
  })
})

const imageOf = (id: number): ListedImage => ({ id, version: '00000000', path: `${id}.jpg`, sourceFolder: '/images', classId: null, className: null, split: 'train', width: 8, height: 8, format: 'jpeg', bytes: 9, duplicateOf: null, missing: false, takenAt: null, camera: null, guess: null })
const opened = (at: (index: number) => ListedImage | null = () => null) => effectScope().run(() => usePicking({ projectId: () => '5d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d', folder: () => '/project', query: ref(query), total: ref(total), at }))!

test('a short range is picked by ids', async () => {
  const picking = opened()
  picking.anchor.value = 12
  await picking.range(10)
  expect([picking.which(), picking.count.value]).toEqual([{ imageIds: [999_990, 999_989, 999_988] }, 3])
})

test.each([
  ['Escape', (picking: ReturnType<typeof opened>) => picking.none(), null],
  ['a click with Ctrl', (picking: ReturnType<typeof opened>) => picking.toggle(5), { imageIds: [5] }],
  ['all', (picking: ReturnType<typeof opened>) => picking.all(), { of: { query, except: [], also: [] } }],
  ['another range', (picking: ReturnType<typeof opened>) => void picking.range(13), { imageIds: [999_988, 999_987] }],
])('the answer to a range that comes after %s changes nothing', async (_, meanwhile, which) => {
  let answerFirst: (() => void) | undefined
  answerWith({
    'images.ids': async ({ first, last }) => {
      if (last === 14) await new Promise<void>((resolve) => (answerFirst = resolve))
      return Array.from({ length: last - first + 1 }, (_id, n) => total - first - n)
    },
  })
  const picking = opened((index) => (index === 5 ? imageOf(5) : null))
  picking.anchor.value = 12
  const late = picking.range(14)
  await expect.poll(() => answerFirst).toBeDefined()
  meanwhile(picking)
  await new Promise((resolve) => setTimeout(resolve, 5))
  answerFirst!()
  await late
  expect(picking.which()).toEqual(which)
})

test('a range that cannot be told leaves what is picked, and says so', async () => {
  const picking = opened()
  picking.anchor.value = 12
  await picking.range(10)
  answerWith({
    'images.ids': () => {
      throw new Failure('disk', 'The disk reported an error.')
    },
  })
  await picking.range(14)
  expect(picking.which()).toEqual({ imageIds: [999_990, 999_989, 999_988] })
  expect(useNotices().notices.value.map(({ text }) => text)).toEqual(['The disk reported an error.'])
})

test('a long range is named by its ends, also turned over', async () => {
  const picking = opened()
  picking.anchor.value = 1
  await picking.range(total - 1)
  const between = { first: 999_999, last: 1, images: 999_999 }
  expect([picking.which(), picking.count.value, told]).toEqual([{ of: { query, between: { ...between, isLeftOut: false }, except: [], also: [] } }, 999_999, 2])
  picking.invert()
  expect([picking.which(), picking.count.value]).toEqual([{ of: { query, between: { ...between, isLeftOut: true }, except: [], also: [] } }, 1])
})

import { answerWith } from '../../fixtures/main.ts'
import { expect, test } from 'vitest'
import type { Image } from '../../../shared/contract/images.ts'
import { useChoosing } from './useChoosing.ts'

const projectId = '5d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d'

test('a range goes from the last image that was clicked or moved to, over images out of sight, and takes none away', async () => {
  answerWith({ 'images.ids': ({ first, last, query }) => Array.from({ length: last - first + 1 }, (_, n) => 100_000 * query.classId! + first + n) })
  let classId = 3
  const { chosen, begin, startAt, toggle, range } = useChoosing({ projectId: () => projectId, classId: () => classId, at: (index) => (index < 10 ? ({ id: 300_000 + index } as Image) : null) })
  const places = (): number[] => [...chosen.value].map((id) => id - 300_000).sort((a, b) => a - b)
  toggle(1)
  toggle(6)
  await range(4)
  expect(places()).toEqual([1, 4, 5, 6])
  startAt(8)
  await range(9)
  toggle(5)
  expect(places()).toEqual([1, 4, 6, 8, 9])
  begin()
  await range(2500)
  expect([chosen.value.size, chosen.value.has(302_500)]).toEqual([2501, true])
  // Another class is looked at before the answer.
  begin()
  const late = range(2)
  classId = 4
  await late
  expect(places()).toEqual([])
})

import { expect, it } from 'vitest'
import { bestExpert, disagreementOf, summed } from './lens.ts'

const cat = { classId: 1, images: 3, right: 1, apart: 1, pairsApart: 2, anotherRight: 1, allWrong: 1, expertRight: [1, 2, 1], lastAsked: [0, 2, 1] }
const lynx = { classId: 2, images: 3, right: 1, apart: 2, pairsApart: 4, anotherRight: 1, allWrong: 1, expertRight: [2, 1, 0], lastAsked: [0, 0, 3] }

it('sums classes, finds the best expert, and says how far the experts are apart', () => {
  const sums = summed([cat, lynx])
  expect(sums).toEqual({ images: 6, right: 2, apart: 3, pairsApart: 6, anotherRight: 2, allWrong: 2, expertRight: [3, 3, 1], lastAsked: [0, 2, 4] })
  expect(bestExpert(cat)).toEqual({ expert: 2, right: 2 })
  expect(disagreementOf(sums)).toBeCloseTo(6 / 18)
})

it('has nothing to say of nothing', () => {
  expect(disagreementOf(summed([]))).toBeNull()
  expect(bestExpert(summed([]))).toBeNull()
  expect(disagreementOf({ ...cat, expertRight: [1] })).toBeNull()
})

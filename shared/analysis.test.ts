import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { mainAnswers, spreadsOf } from './analysis.ts'

it('takes the most frequent answers, whoever gave them first', () => {
  expect(mainAnswers([7])).toEqual([7])
  expect(mainAnswers([1, 2, 2])).toEqual([2])
  expect(mainAnswers([5, 3, 3, 5, 1])).toEqual([5, 3])
})

it('comes to the same in whatever order the members are', () => {
  const members = [[0], [1], [2], [1], [0]]
  expect(spreadsOf(members, [1], ['few'])).toEqual(spreadsOf([...members].reverse(), [1], ['few']))
  expect(spreadsOf(members, [1], ['few'])[0]).toMatchObject({ bias: 1 / 2, variance: 3 / 5 })
})

it('tells bias, variance and error apart, overall and by group', () => {
  // Three members; image by image: all right, one astray, the majority wrong, all wrong in the same way.
  const members = [
    [0, 1, 2, 0],
    [0, 1, 2, 0],
    [0, 2, 1, 0],
  ]
  const spreads = spreadsOf(members, [0, 1, 1, 2], ['many', 'medium', 'medium', 'few'])
  expect(spreads).toEqual([
    { group: 'all', images: 4, error: (0 + 1 / 3 + 2 / 3 + 1) / 4, bias: 2 / 4, variance: (0 + 1 / 3 + 1 / 3 + 0) / 4 },
    { group: 'many', images: 1, error: 0, bias: 0, variance: 0 },
    { group: 'medium', images: 2, error: 1 / 2, bias: 1 / 2, variance: 1 / 3 },
    { group: 'few', images: 1, error: 1, bias: 1, variance: 0 },
  ])
})

it('has nothing to say of a group without images', () => {
  expect(spreadsOf([[0], [1]], [0], ['many']).slice(2)).toEqual([
    { group: 'medium', images: 0, error: null, bias: null, variance: null },
    { group: 'few', images: 0, error: null, bias: null, variance: null },
  ])
})

const answers = (most: number) => fc.array(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 9 })

it('with two classes the error is bias + (1 - 2 bias) variance, for every image', () => {
  fc.assert(
    fc.property(answers(1), fc.integer({ min: 0, max: 1 }), (given, actual) => {
      const [all] = spreadsOf(given.map((answer) => [answer]), [actual], ['few'])
      expect(all!.error).toBeCloseTo(all!.bias! + (1 - 2 * all!.bias!) * all!.variance!, 12)
    }),
  )
})

it('with any number of classes variance adds to the error where the majority is right, and its wrong answers remain where it is not', () => {
  fc.assert(
    fc.property(answers(4), fc.integer({ min: 0, max: 4 }), (given, actual) => {
      const [all] = spreadsOf(given.map((answer) => [answer]), [actual], ['many'])
      const rightThoughTheMajorityIsWrong = given.filter((answer) => answer === actual).length / given.length
      expect(all!.error).toBeCloseTo(all!.bias === 0 ? all!.variance! : 1 - rightThoughTheMajorityIsWrong, 12)
      expect(all!.variance).toBeLessThan(1)
    }),
  )
})

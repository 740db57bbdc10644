import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { common, has, idSet, idsOf } from './idSet.ts'

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { maxLength: 120 })

test('sets of ids agree with sets', () => {
  fc.assert(
    fc.property(ids, ids, fc.integer({ min: 1, max: 400 }), (some, others, id) => {
      const both = common([idSet(some, 300), idSet(others, 300)])
      const expected = some.filter((one) => others.includes(one)).sort((a, b) => a - b)
      expect([...idsOf(both)]).toEqual(expected)
      expect(has(both, id)).toBe(expected.includes(id))
    }),
  )
})

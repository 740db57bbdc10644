import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { splits } from '../../../shared/contract/common.ts'
import { imageSorts, outcomes } from '../../../shared/contract/images.ts'
import { groups } from '../../../shared/tail.ts'
import { addressOf, filterOf, isNarrowed, kinds, noFilter, queryOf } from './filter.ts'

const filters = fc.record({
  kind: fc.constantFrom(...kinds),
  classId: fc.option(fc.integer({ min: 1 })),
  split: fc.option(fc.constantFrom(...splits)),
  group: fc.option(fc.constantFrom(...groups)),
  search: fc.string({ maxLength: 20 }),
  runId: fc.option(fc.integer({ min: 1 })),
  on: fc.option(fc.constantFrom(...splits)),
  outcome: fc.option(fc.constantFrom(...outcomes)),
  sort: fc.constantFrom(...imageSorts),
})

test('an address brings back the filter that it was made of, and says nothing of what is not filtered', () => {
  fc.assert(fc.property(filters, (filter) => void expect(filterOf(addressOf(filter))).toEqual(filter)))
  expect(addressOf(noFilter)).toEqual({})
})

test('what an address says wrong counts as unsaid', () => {
  expect(filterOf({ class: '-3', split: 'vale', sort: '', outcome: ['wrong', 'right'], run: '1e3' })).toEqual({ ...noFilter, outcome: 'wrong' })
})

test('outcomes and confidence are asked for of a run alone', () => {
  const filter = { ...noFilter, outcome: 'agreed', sort: 'confidence', kind: 'missing' } as const
  expect(queryOf(filter, null)).toEqual({ sort: 'added', missing: true })
  const run = { runId: 2, split: 'val' } as const
  expect(queryOf(filter, run)).toEqual({ sort: 'confidence', missing: true, run, outcome: 'agreed' })
})

test('an order, or whose guesses are shown, narrows nothing down', () => {
  expect(isNarrowed({ ...noFilter, sort: 'name', runId: 3, on: 'val' })).toBe(false)
  expect(isNarrowed({ ...noFilter, search: 'x' })).toBe(true)
})

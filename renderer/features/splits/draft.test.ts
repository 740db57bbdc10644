import { beforeEach, expect, test } from 'vitest'
import { emptyStorage } from '../../fixtures/storage.ts'
import { draftOf, isDrawable, keptRules, patternFault, requestOf, rulesOf } from './draft.ts'

beforeEach(emptyStorage)

const firstDraft = draftOf({ train: 80, val: 20, test: 0 })

test('the fields begin with the shares of now, unless no draw could give them', () => {
  expect(draftOf({ train: 700, val: 149, test: 151 })).toMatchObject({ valPercent: 15, testPercent: 15, byTime: false })
  expect(draftOf({ train: 0, val: 40, test: 0 })).toMatchObject({ valPercent: 20, testPercent: 0 })
  expect(draftOf({ train: 0, val: 0, test: 0 })).toMatchObject({ valPercent: 20, testPercent: 0 })
})

test('what stayed together at the last split does so at the next, with the shares of now', () => {
  expect(keptRules.read('/p')).toBeNull()
  keptRules.write('/p', rulesOf({ ...firstDraft, byTime: true, gapSeconds: 90, byLook: true, valPercent: 33, seed: 7 }))
  expect(draftOf({ train: 700, val: 150, test: 150 }, keptRules.read('/p'))).toEqual({ ...firstDraft, byTime: true, gapSeconds: 90, byLook: true, valPercent: 15, testPercent: 15 })
  expect(keptRules.read('/another')).toBeNull()
})

test('only what is switched on binds images together', () => {
  expect(requestOf(firstDraft)).toMatchObject({ valFraction: 0.2, testFraction: 0, together: { folder: null, gapSeconds: null, namePattern: null, lookDistance: null }, keepFolder: true })
  expect(requestOf({ ...firstDraft, byFolder: true, folder: 'outermost', byTime: true, byName: true, byLook: true }).together).toEqual({ folder: 'outermost', gapSeconds: 60, namePattern: '{group}{number}*', lookDistance: 3 })
})

test('shares and patterns that cannot be drawn by are not asked for', () => {
  expect(isDrawable({ ...firstDraft, valPercent: 60, testPercent: 30 })).toBe(true)
  expect(isDrawable({ ...firstDraft, valPercent: 60, testPercent: 31 })).toBe(false)
  expect(isDrawable({ ...firstDraft, pattern: '(a+)+$' })).toBe(true)
  expect(isDrawable({ ...firstDraft, byName: true, pattern: '(a+)+$' })).toBe(false)
  expect(patternFault({ ...firstDraft, byName: true, pattern: 'IMG' })).toContain('{group} once')
})

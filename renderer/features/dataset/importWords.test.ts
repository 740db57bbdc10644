import { expect, test } from 'vitest'
import { paceWords, phaseWords, reportWords, shareDone, together } from './importWords.ts'

const report = { skipped: [], added: 12_418, unchanged: 0, updated: 0, vanished: 0, duplicates: 0, unlabelled: 0, skippedCount: 0, classes: 164, cancelled: false, seconds: 31 }

test('a report leaves out what did not happen', () => {
  expect(reportWords(report)).toBe('Imported 12,418 new images in 31 s.')
  expect(reportWords({ ...report, added: 1, unchanged: 12, duplicates: 3, unlabelled: 1, skippedCount: 3 })).toBe('Imported 1 new image in 31 s: 12 known already, 3 exact copies of others, 1 without a class, 3 skipped.')
  expect(reportWords({ ...report, added: 0, unchanged: 12 })).toBe('No new images: 12 known already.')
})

test('imports one after another are reported as one', () => {
  const second = { ...report, added: 2, unlabelled: 2, skippedCount: 1, classes: 170, seconds: 4, cancelled: true }
  expect(together(report, second)).toMatchObject({ added: 12_420, unlabelled: 2, skippedCount: 1, classes: 170, seconds: 35, cancelled: true })
})

test('a cancelled import says how to go on', () => {
  expect(reportWords({ ...report, added: 40, cancelled: true })).toBe('Import cancelled after 40 new images in 31 s. What was read is kept; importing the folder again goes on from there.')
})

test('the share is known only while images are read', () => {
  expect(shareDone({ phase: 'listing', done: 3, total: 9 })).toBeNull()
  expect(shareDone({ phase: 'reading', done: 3, total: 12 })).toBe(0.25)
  expect(phaseWords({ phase: 'reading', done: 1200, total: 5000 })).toBe('Reading images: 1,200 of 5,000')
})

test('a pace is told after the first second', () => {
  const progress = { phase: 'reading' as const, done: 2000, total: 6000, startedAt: 1_000_000 }
  expect(paceWords(progress, 1_000_500)).toBe('')
  expect(paceWords(progress, 1_010_000)).toBe('200 files/s, 20 s left')
})

import { expect, test } from 'vitest'
import { percent, table } from './print.ts'
import { safeJson, safeText } from './safe.ts'

test('names cannot move the cursor, break the line or turn the text around', () => {
  expect(safeText('a\u001b[2Jb\nc\u202ed\u2066e\u0085f\u2028g\u007f')).toBe(String.raw`a\u001b[2Jb\u000ac\u202ed\u2066e\u0085f\u2028g\u007f`)
  expect(safeText('Å日本 👩‍👩‍👧')).toBe('Å日本 👩‍👩‍👧')
  const document = { name: 'a\u001b\u202e\u009b\u2028"\\' }
  expect(safeJson(document)).toMatch(/^[\u0020-\u007e]+$/)
  expect(JSON.parse(safeJson(document))).toEqual(document)
})

test('tables put numbers to the right and names to the left', () => {
  expect(table(['class', 'images', 'recall'], [['owl\n', 1234, percent(0.5)], ['ant', 5, percent(null)]])).toEqual(['class      images  recall', String.raw`owl\u000a   1,234  50.0 %`, 'ant             5       -'])
})

test('a long name is cut, so that its row stays readable', () => {
  expect(table(['class', 'images'], [['n'.repeat(200), 3]])[1]).toBe(`${'n'.repeat(59)}…       3`)
  expect(table(['class'], [['🐦'.repeat(61)]])[1]).toBe(`${'🐦'.repeat(59)}…`)
})

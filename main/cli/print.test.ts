import { expect, test } from 'vitest'
import { duration, percent, table } from './print.ts'
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

test('durations read well', () => {
  expect([5.26, 61, 3600 * 2 + 60].map(duration)).toEqual(['5.3 s', '1 min 1 s', '2 h 1 min'])
})

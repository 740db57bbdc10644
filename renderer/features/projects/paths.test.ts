import { expect, test } from 'vitest'
import { faultOfName, joined } from './paths.ts'

test('a folder is joined the way its parent is written', () => {
  expect(joined('/home/ann', 'birds')).toBe('/home/ann/birds')
  expect(joined('/', 'birds')).toBe('/birds')
  expect(joined('C:\\Users\\Ann', 'birds')).toBe('C:\\Users\\Ann\\birds')
  expect(joined('C:\\', 'birds')).toBe('C:\\birds')
})

test('names that a system would refuse are refused here', () => {
  expect(faultOfName('camera traps 2026')).toBe('')
  expect(faultOfName('ééé')).toBe('')
  for (const name of ['', 'a/b', 'a\\b', 'a:b', 'a\nb', '.hidden', 'end.', 'end ']) expect(faultOfName(name), JSON.stringify(name)).not.toBe('')
})

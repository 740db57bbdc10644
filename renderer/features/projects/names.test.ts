import { expect, test } from 'vitest'
import { faultOfName } from './names.ts'

test('names that a system would refuse are refused here', () => {
  expect(faultOfName('camera traps 2026')).toBe('')
  expect(faultOfName('ééé')).toBe('')
  for (const name of ['', 'a/b', 'a\\b', 'a:b', 'a\nb', '.hidden', 'end.', 'end ']) expect(faultOfName(name), JSON.stringify(name)).not.toBe('')
})

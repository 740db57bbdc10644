import { expect, test } from 'vitest'
import { clipOf } from './clipOf.ts'

test('of names in folders the beginning is cut, of all others the end', () => {
  expect(['Mammals/Pine marten', 'Pine marten', 'Mammals/', null].map(clipOf)).toEqual(['clip start', 'clip', 'clip start', 'clip'])
})

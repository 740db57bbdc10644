import { expect, test } from 'vitest'
import { cutName } from './cutName.ts'

const within = (letters: number) => (words: string) => words.length <= letters

test('a name that fits stays; of a path the last part does, and of that as much of its beginning as has room', () => {
  expect(cutName('Mammals/Roe deer', within(16))).toBe('Mammals/Roe deer')
  expect(cutName('Mammals/Roe deer', within(13))).toBe('…/Roe deer')
  expect(cutName('Mammals/Roe deer', within(6))).toBe('Roe d…')
  expect(cutName('Roe deer', within(0))).toBe('R…')
})

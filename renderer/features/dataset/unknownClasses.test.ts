import { expect, test } from 'vitest'
import { answersOf } from './unknownClasses.ts'

test('a class that differs in writing alone is suggested, and others are to be made', () => {
  const known = [{ id: 1, name: 'Red Fox' }, { id: 2, name: 'café' }]
  expect(answersOf([{ name: 'red_fox' }, { name: 'Cafe\u0301' }, { name: 'lynx' }, { name: '--' }], known)).toEqual({ red_fox: 1, 'Cafe\u0301': 2, lynx: 'make', '--': 'make' })
})

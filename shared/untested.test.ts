import { expect, test } from 'vitest'
import { notComparedSentence, untestedSentence } from './untested.ts'

test('a class, some, and more than are named', () => {
  expect(untestedSentence(['lynx'], 'val')).toBe('1 class has no validation image, and nothing is known of it: lynx.')
  expect(untestedSentence(['lynx', 'wolf'], 'test')).toBe('2 classes have no test image, and nothing is known of them: lynx, wolf.')
  expect(untestedSentence(['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'val')).toMatch(/^7 classes .*: a, b, c, d, e and 2 more\.$/)
})

test('a comparison speaks of the images of both runs, as one of them may have been scored on others', () => {
  expect(notComparedSentence(['lynx'], 'val')).toBe('1 class has no validation image that both runs were scored on, so that it is not compared: lynx.')
  expect(notComparedSentence(['lynx', 'wolf'], 'test')).toBe('2 classes have no test image that both runs were scored on, so that they are not compared: lynx, wolf.')
})

import { expect, it } from 'vitest'
import { closed, foldedAs, foldersAt, foldersOf, levelsOf, opened } from './folding.ts'

const names = ['birds/owls/barn owl', 'birds/owls/tawny owl', 'birds/wren', 'fish/cod', 'stone']

it('knows the folders above a name', () => {
  expect(foldersOf('birds/owls/barn owl')).toEqual(['birds/', 'birds/owls/'])
  expect(foldersOf('stone')).toEqual([])
  expect(levelsOf(names)).toBe(2)
  expect(levelsOf([])).toBe(0)
})

it('folds a level, and what does not reach it stands for itself', () => {
  expect([...foldersAt(names, 1)]).toEqual(['birds/', 'fish/'])
  expect([...foldersAt(names, 2)]).toEqual(['birds/owls/'])
  expect(foldersAt(names, 0).size).toBe(0)
  expect(names.map((name) => foldedAs(name, foldersAt(names, 1)))).toEqual(['birds/', 'birds/', 'birds/', 'fish/', null])
  expect(names.map((name) => foldedAs(name, foldersAt(names, 2)))).toEqual(['birds/owls/', 'birds/owls/', null, null, null])
})

it('opens one folder and closes the one above a name', () => {
  const both = new Set(['birds/', 'birds/owls/', 'fish/'])
  expect([...opened(both, 'birds/')]).toEqual(['fish/'])
  expect([...closed(new Set(), 'birds/owls/barn owl')]).toEqual(['birds/owls/'])
  expect([...closed(new Set(['birds/owls/']), 'birds/owls/')]).toEqual(['birds/owls/', 'birds/'])
  expect([...closed(new Set(['fish/']), 'stone')]).toEqual(['fish/'])
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasName, rankClasses, type PickableClass } from './classRanking.ts'

const classOf = (name: string, count = 10, digit?: number): PickableClass => ({ id: name.length * 1000 + count, name, group: 'few', count, digit })
const ranked = (classes: readonly PickableClass[], typed: string): string[] => rankClasses(classes, typed).map((one) => one.class.name)

test('a prefix comes before the beginning of a word, that before the middle of one, and that before strewn letters', () => {
  const classes = ['scarab', 'sea-car', 'caribou', 'clear water', 'car', 'owl'].map((name) => classOf(name))
  expect(ranked(classes, 'car')).toEqual(['car', 'caribou', 'sea-car', 'scarab', 'clear water'])
})

test('without a letter the guesses come first, by their digits, then the most frequent', () => {
  expect(ranked([classOf('a', 1), classOf('b', 9), classOf('c', 2, 2), classOf('d', 3, 1)], '')).toEqual(['d', 'c', 'b', 'a'])
})

test('among equal matches a guess comes first, then the shorter name, then the more frequent class', () => {
  expect(ranked([classOf('lynx cub', 1), classOf('lynx old', 5), classOf('lynx a', 1), classOf('lynx pardina', 1, 1)], 'lynx')).toEqual(['lynx pardina', 'lynx a', 'lynx old', 'lynx cub'])
})

test('case, accents and the kind of gap do not matter', () => {
  expect(ranked([classOf('Café_au-lait')], 'cafe au LAIT')).toEqual(['Café_au-lait'])
  expect(ranked([classOf('cafe')], 'CAFÉ')).toEqual(['cafe'])
})

test('strewn letters that lie close come first, and what was typed is marked', () => {
  expect(ranked([classOf('woodpecker'), classOf('wapiti')], 'wt')).toEqual(['wapiti'])
  expect(ranked([classOf('b---r'), classOf('b-r--')], 'br')).toEqual(['b-r--', 'b---r'])
  expect(rankClasses([classOf('wildcat')], 'cat')[0]!.pieces).toEqual([{ text: 'wild', isTyped: false }, { text: 'cat', isTyped: true }])
})

test('whatever is typed, names stay whole and no class comes twice', () => {
  const names = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), { maxLength: 20 })
  fc.assert(
    fc.property(names, fc.string({ maxLength: 4 }), (all, typed) => {
      const found = rankClasses(all.map((name) => classOf(name)), typed)
      expect(new Set(found.map((one) => one.class.name)).size).toBe(found.length)
      for (const one of found) expect(one.pieces.map((piece) => piece.text).join('')).toBe(one.class.name)
    }),
  )
})

test('a name is there whichever way its accents are written', () => {
  expect(hasName([classOf('caf\u00e9')], ' cafe\u0301 ')).toBe(true)
  expect(hasName([classOf('Lynx')], 'lynx')).toBe(true)
  expect(hasName([classOf('Lynx')], 'lyn')).toBe(false)
})

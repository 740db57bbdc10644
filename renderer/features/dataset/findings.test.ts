import { expect, test } from 'vitest'
import { cardsOf, classesOf } from './findings.ts'

const one = (id: number, train: number, val: number, tested: number) => ({ id, name: `class ${id}`, train, val, test: tested, group: 'few' as const })
const classes = [one(1, 5, 1, 0), one(2, 1, 0, 0), one(3, 0, 1, 0), one(4, 2, 0, 0), one(5, 0, 0, 3)]

test('a class of one image is one wherever that image lies', () => {
  expect(classesOf('singletons', classes).map((found) => found.id)).toEqual([2, 3])
})

test('a class is untestable without an image for validation or for testing', () => {
  expect(classesOf('untestable', classes).map((found) => found.id)).toEqual([2, 4])
})

test('the cards tell every finding once', () => {
  const findings = { singletons: 1, untestable: 2, duplicates: 3, missing: 4, skipped: 5, unlabelled: 6, empty: 7, contradictions: 8 }
  const lines = cardsOf(findings).flatMap((card) => card.lines)
  expect(Object.fromEntries(lines.map((line) => [line.finding, line.count]))).toEqual(findings)
})

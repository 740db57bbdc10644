import { describe, expect, it } from 'vitest'
import type { ClassResult } from '../../../shared/contract/confusions.ts'
import { groupOf } from '../../../shared/tail.ts'
import { firstCursor, moved } from './cursor.ts'
import { describeCell, matrixOf, orderedClasses, mistakesOf, shareWithInterval } from './matrix.ts'
import { scoresNamed, sortedScores } from './scores.ts'

const classOf = (classId: number, name: string, train: number, support: number, correct: number): ClassResult => ({
  classId,
  name,
  group: groupOf(train),
  train,
  support,
  correct,
  predicted: correct,
  recall: support ? correct / support : null,
  precision: null,
})

const deer = classOf(4, 'deer', 400, 40, 30)
const fox = classOf(7, 'fox', 60, 10, 8)
const lynx = classOf(9, 'lynx', 12, 7, 2)
const otter = classOf(2, 'otter', 3, 2, 0)
const classes = [deer, fox, lynx, otter]
const counts = [
  { actual: 4, predicted: 4, count: 30 },
  { actual: 4, predicted: 7, count: 10 },
  { actual: 7, predicted: 7, count: 8 },
  { actual: 7, predicted: 4, count: 2 },
  { actual: 9, predicted: 9, count: 2 },
  { actual: 9, predicted: 7, count: 4 },
  { actual: 9, predicted: 4, count: 1 },
  { actual: 2, predicted: 4, count: 2 },
]
const tailFirst = matrixOf(classes, counts, 'tail')
const names = (list: readonly ClassResult[]): string[] => list.map((one) => one.name)

describe('the matrix', () => {
  it('orders classes by rarity, by frequency or by name', () => {
    expect(names(orderedClasses(classes, 'tail'))).toEqual(['otter', 'lynx', 'fox', 'deer'])
    expect(names(orderedClasses(classes, 'head'))).toEqual(['deer', 'fox', 'lynx', 'otter'])
    expect(names(orderedClasses([classOf(1, 'cat 10', 1, 1, 1), classOf(2, 'cat 9', 1, 1, 1)], 'name'))).toEqual(['cat 9', 'cat 10'])
  })

  it('finds cells by position, empty ones too', () => {
    expect(tailFirst.cellAt({ row: 1, column: 2 })).toEqual({ row: 1, column: 2, count: 4, support: 7 })
    expect(tailFirst.cellAt({ row: 0, column: 1 })).toEqual({ row: 0, column: 1, count: 0, support: 2 })
    expect(tailFirst.positionOf(9)).toBe(1)
    expect(tailFirst.mostErrors).toBe(10)
  })

  it('describes a cell with its interval', () => {
    expect(describeCell(tailFirst, { row: 1, column: 2 })).toBe('lynx taken for fox: 4 of 7, 57.1 % (25 to 84)')
    expect(describeCell(tailFirst, { row: 1, column: 1 })).toBe('lynx recognised: 2 of 7, 28.6 % (8 to 64)')
    expect(shareWithInterval(0, 0)).toBe('no images')
  })
})

const pairs = (withMany: boolean, search = ''): string[] =>
  mistakesOf(tailFirst, { search, withMany }).map((cell) => `${tailFirst.classes[cell.row]!.name} > ${tailFirst.classes[cell.column]!.name}`)

describe('what rare classes are taken for', () => {
  it('lists few and medium classes, the rarest first, then by falling count, however little evidence there is', () => {
    expect(pairs(false)).toEqual(['otter > deer', 'lynx > fox', 'lynx > deer', 'fox > deer'])
  })

  it('adds classes of many images at the end where they are asked for', () => {
    expect(pairs(true)).toEqual([...pairs(false), 'deer > fox'])
  })

  it('searches both names', () => {
    expect(pairs(false, ' Lynx')).toEqual(['lynx > fox', 'lynx > deer'])
    expect(pairs(false, 'fox')).toEqual(['lynx > fox', 'fox > deer'])
    expect(pairs(true, 'fox')).toEqual(['lynx > fox', 'fox > deer', 'deer > fox'])
  })
})

describe('the cursor', () => {
  it('moves by one and stays inside', () => {
    expect(moved(tailFirst, { row: 0, column: 0 }, 'ArrowUp', false)).toEqual({ row: 0, column: 0 })
    expect(moved(tailFirst, { row: 0, column: 0 }, 'ArrowRight', false)).toEqual({ row: 0, column: 1 })
    expect(moved(tailFirst, { row: 1, column: 2 }, 'End', false)).toEqual({ row: 1, column: 3 })
    expect(moved(tailFirst, { row: 1, column: 2 }, 'Home', true)).toEqual({ row: 0, column: 0 })
    expect(moved(tailFirst, { row: 1, column: 2 }, 'PageDown', false)).toEqual({ row: 3, column: 2 })
    expect(moved(tailFirst, { row: 1, column: 2 }, 'x', false)).toBeNull()
  })

  it('jumps over empty and right cells to the next error', () => {
    expect(moved(tailFirst, { row: 0, column: 0 }, 'ArrowRight', true)).toEqual({ row: 0, column: 3 })
    expect(moved(tailFirst, { row: 0, column: 3 }, 'ArrowRight', true)).toEqual({ row: 0, column: 3 })
    expect(moved(tailFirst, { row: 0, column: 2 }, 'ArrowDown', true)).toEqual({ row: 1, column: 2 })
  })

  it('starts at the first error of the list', () => {
    expect(firstCursor(mistakesOf(tailFirst, { search: '', withMany: false }))).toEqual({ row: 0, column: 3 })
    expect(firstCursor([])).toEqual({ row: 0, column: 0 })
  })
})

describe('the table', () => {
  it('sorts by any column and keeps classes without a value last', () => {
    const untested = classOf(11, 'wolf', 5, 0, 0)
    expect(names(sortedScores([...classes, untested], 'recall', false))).toEqual(['otter', 'lynx', 'deer', 'fox', 'wolf'])
    expect(names(sortedScores([...classes, untested], 'recall', true))).toEqual(['fox', 'deer', 'lynx', 'otter', 'wolf'])
    expect(names(sortedScores(classes, 'group', false))).toEqual(['deer', 'fox', 'otter', 'lynx'])
  })

  it('finds names without regard to case', () => {
    expect(names(scoresNamed(classes, 'O'))).toEqual(['fox', 'otter'])
  })
})

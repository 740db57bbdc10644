import { describe, expect, it } from 'vitest'
import type { ClassResult } from '../../../shared/contract/confusions.ts'
import { groupOf } from '../../../shared/tail.ts'
import { firstCursor, moved } from './cursor.ts'
import { foldersAt } from './folding.ts'
import { arranged, type Arrangement } from './lines.ts'
import { cellAt, cellOf, describeCell, isError, matrixOf, mistakesOf, positionOf, shareWithInterval, type Matrix } from './matrix.ts'
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
const columns = { actual: counts.map((cell) => cell.actual), predicted: counts.map((cell) => cell.predicted), count: counts.map((cell) => cell.count) }
const shown = (choice: Partial<Arrangement> = {}): Matrix => matrixOf(arranged(classes, columns, { order: 'tail', folded: new Set(), rows: 'all', ...choice }), columns)
const tailFirst = shown()
const names = (list: readonly { readonly name: string }[]): string[] => list.map((one) => one.name)

describe('the matrix', () => {
  it('orders classes by rarity, by frequency, by name or by what they are taken for', () => {
    expect(names(tailFirst.rows)).toEqual(['otter', 'lynx', 'fox', 'deer'])
    expect(names(shown({ order: 'head' }).rows)).toEqual(['deer', 'fox', 'lynx', 'otter'])
    expect(names(shown({ order: 'name' }).rows)).toEqual(['deer', 'fox', 'lynx', 'otter'])
    const numbered = [classOf(1, 'cat 10', 1, 1, 1), classOf(2, 'cat 9', 1, 1, 1)]
    expect(names(arranged(numbered, { actual: [], predicted: [], count: [] }, { order: 'name', folded: new Set(), rows: 'all' }).rows)).toEqual(['cat 9', 'cat 10'])
    // Otters are taken for deer and lynxes for foxes; deer and foxes are taken for each other.
    expect(names(shown({ order: 'cluster' }).rows)).toEqual(['otter', 'deer', 'fox', 'lynx'])
  })

  it('finds cells by position, empty ones too', () => {
    expect(cellAt(tailFirst, { row: 1, column: 2 })).toEqual({ row: 1, column: 2, count: 4, support: 7 })
    expect(cellAt(tailFirst, { row: 0, column: 1 })).toEqual({ row: 0, column: 1, count: 0, support: 2 })
    expect(positionOf(tailFirst, { row: '9', column: '4' })).toEqual({ row: 1, column: 3 })
    expect(positionOf(tailFirst, { row: 'birds/', column: '4' })).toBeNull()
    expect(tailFirst.mostErrors).toBe(10)
    expect([...tailFirst.support]).toEqual([2, 7, 10, 40])
    expect([...tailFirst.predicted]).toEqual([0, 2, 22, 35])
  })

  it('describes a cell with its interval', () => {
    expect(describeCell(tailFirst, { row: 1, column: 2 })).toBe('lynx taken for fox: 4 of 7, 57.1 % (25 to 84)')
    expect(describeCell(tailFirst, { row: 1, column: 1 })).toBe('lynx recognised: 2 of 7, 28.6 % (8 to 64)')
    expect(shareWithInterval(0, 0)).toBe('no images')
  })

  it('shows the rows of rare classes alone, with every column', () => {
    const few = shown({ rows: 'few' })
    expect([names(few.rows), names(few.columns)]).toEqual([['otter', 'lynx'], ['otter', 'lynx', 'fox', 'deer']])
    expect(cellAt(few, { row: 1, column: 2 })).toMatchObject({ count: 4, support: 7 })
    expect([isError(few, { row: 1, column: 1 }), isError(few, { row: 1, column: 2 })]).toEqual([false, true])
    expect(names(shown({ rows: 'tail' }).rows)).toEqual(['otter', 'lynx', 'fox'])
  })
})

describe('folders', () => {
  const renamed = [{ ...deer, name: 'hoofed/deer' }, { ...fox, name: 'hunters/fox' }, { ...lynx, name: 'hunters/lynx' }, otter]
  const folded = matrixOf(arranged(renamed, columns, { order: 'tail', folded: foldersAt(names(renamed), 1), rows: 'all' }), columns)

  it('are one row and one column whose counts add up', () => {
    expect(folded.rows.map(({ name, mix, group, train }) => [name, mix, group, train])).toEqual([
      ['otter', { many: 0, medium: 0, few: 1 }, 'few', 3],
      ['hunters/', { many: 0, medium: 1, few: 1 }, 'few', 72],
      ['hoofed/', { many: 1, medium: 0, few: 0 }, 'many', 400],
    ])
    expect(cellAt(folded, { row: 1, column: 1 })).toMatchObject({ count: 14, support: 17 })
    expect(cellAt(folded, { row: 1, column: 2 }).count).toBe(3)
    expect(folded.count.reduce((sum, count) => sum + count, 0)).toBe(counts.reduce((sum, { count }) => sum + count, 0))
  })

  it('hold of rare rows what is rare in them', () => {
    const few = matrixOf(arranged(renamed, columns, { order: 'tail', folded: foldersAt(names(renamed), 1), rows: 'few' }), columns)
    expect(few.rows.map(({ name, classIds }) => [name, classIds])).toEqual([['otter', [2]], ['hunters/', [9]]])
    expect(cellAt(few, { row: 1, column: 1 })).toMatchObject({ count: 6, support: 7 })
    expect(isError(few, { row: 1, column: 1 })).toBe(false)
  })
})

const pairs = (withMany: boolean, search = ''): string[] =>
  mistakesOf(tailFirst, { search, withMany }).map((cell) => {
    const { row, column } = cellOf(tailFirst, cell)
    return `${tailFirst.rows[row]!.name} > ${tailFirst.columns[column]!.name}`
  })

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
    expect(firstCursor(tailFirst, mistakesOf(tailFirst, { search: '', withMany: false }))).toEqual({ row: 0, column: 3 })
    expect(firstCursor(tailFirst, [])).toEqual({ row: 0, column: 0 })
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

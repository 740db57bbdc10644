import { describe, expect, it } from 'vitest'
import { inTwoColumns, shortcutList } from './shortcutList.ts'

const run = (): void => {}
const active = [
  { keys: 'Ctrl+1', does: 'Go to Dataset', run, group: 'everywhere' },
  { keys: 'g d', does: 'Go to Dataset', run, group: 'everywhere' },
  { keys: 'i', does: 'Import images', run },
] as const

describe('the list of shortcuts', () => {
  it('begins with the view that is shown, then what holds everywhere, and says once what has two keys', () => {
    const groups = shortcutList('dataset', active)
    expect(groups.slice(0, 2).map(({ name }) => name)).toEqual(['dataset', 'everywhere'])
    expect(groups[1]!.lines).toContainEqual({ does: 'Go to Dataset', keys: ['Ctrl+1', 'g d'] })
    expect(groups[0]!.lines.filter(({ does }) => does === 'Import images')).toEqual([{ does: 'Import images', keys: ['i'] }])
  })

  it('is searched by what keys do and by the keys', () => {
    expect(shortcutList('dataset', active, 'import im').flatMap(({ lines }) => lines.map(({ does }) => does))).toEqual(['Import images'])
    expect(shortcutList('runs', active, 'ctrl+1').flatMap(({ lines }) => lines.map(({ does }) => does))).toEqual(['Go to Dataset'])
    expect(shortcutList('runs', active, 'nothing of the kind')).toEqual([])
  })

  it('stands in two columns, the view at the head of one and what holds everywhere at that of the other, none much longer', () => {
    const groups = shortcutList('confusions', active)
    const columns = inTwoColumns(groups)
    expect(columns.map(([first]) => first!.name)).toEqual(['confusions', 'everywhere'])
    expect(columns.flat()).toHaveLength(groups.length)
    const [left, right] = columns.map((column) => column.reduce((sum, { lines }) => sum + lines.length, 0))
    expect(Math.abs(left! - right!)).toBeLessThan(Math.max(...groups.map(({ lines }) => lines.length)))
    expect(inTwoColumns(groups.slice(0, 1))).toHaveLength(1)
    expect(inTwoColumns([])).toEqual([])
  })
})

import { describe, expect, test } from 'vitest'
import type { ClassFrequency } from '../../../shared/contract/classes.ts'
import { groupOf } from '../../../shared/tail.ts'
import { bandsOf, cumulativeShares, fitting, mixed, search, tailOption, underPlot, type TailLook } from './tailChart.ts'

const classesOf = (...counts: number[]): ClassFrequency[] => counts.map((train, n) => ({ id: n + 1, name: `class ${n}`, train, val: 1, test: 0, group: groupOf(train) }))
const look: TailLook = { room: 8, isLog: false, isStill: true, found: null, current: null, tokens: new Proxy({}, { get: () => '#000000' }) as TailLook['tokens'] }
const labels = (room: number) => (tailOption(classesOf(30, 25), { ...look, room }).xAxis as { axisLabel: { show?: boolean; rotate?: number; formatter?: (at: number) => string } }).axisLabel
const name = (room: number) => (tailOption(classesOf(30, 25), { ...look, room }).xAxis as { name: string }).name
const bands = (room: number) => (tailOption(classesOf(500, 30, 4), { ...look, room }).series as { markArea?: { label: { formatter: string } } }[]).flatMap((one) => one.markArea?.label.formatter ?? [])

describe('the tail chart', () => {
  test('bands cover every class once and leave out groups that have none', () => {
    expect(bandsOf(classesOf(500, 101, 100, 20, 19, 0))).toEqual([
      { group: 'many', from: 0, to: 1 },
      { group: 'medium', from: 2, to: 3 },
      { group: 'few', from: 4, to: 5 },
    ])
    expect(bandsOf(classesOf(500, 3))).toEqual([
      { group: 'many', from: 0, to: 0 },
      { group: 'few', from: 1, to: 1 },
    ])
    expect(bandsOf([])).toEqual([])
  })

  test('the cumulative share climbs to one, and stays at nothing without images', () => {
    expect(cumulativeShares([6, 3, 1])).toEqual([0.6, 0.9, 1])
    expect(cumulativeShares([0, 0])).toEqual([0, 0])
  })

  test('a search takes words in any order and case', () => {
    const names = ['Animals/big cat', 'animals/dog', 'flags/cat island']
    expect(search(names, '  ')).toBeNull()
    expect([...search(names, 'CAT')!]).toEqual([0, 2])
    expect([...search(names, 'cat animals')!]).toEqual([0])
    expect([...search(names, 'lynx')!]).toEqual([])
  })

  test('each class stands once in the bars, and an empty one has no bar to put on a logarithmic axis', () => {
    const option = tailOption(classesOf(500, 30, 4, 0), { ...look, isLog: true })
    const series = option.series as { type: string; data: [number, number | null][] }[]
    expect(series.filter((one) => one.type === 'bar').flatMap((one) => one.data)).toEqual([
      [0, 500],
      [1, 30],
      [2, 4],
      [3, null],
    ])
  })

  test('what a search found is drawn again over the faded bars', () => {
    const option = tailOption(classesOf(30, 25), { ...look, found: new Set([1]) })
    const found = (option.series as { name: string; data: unknown[] }[]).find((one) => one.name === 'found')
    expect(found?.data).toEqual([{ value: [1, 25], itemStyle: { color: '#000000' } }])
  })

  test('classes are named under their bars where there is room, slanted where there is little', () => {
    expect(labels(19)).toEqual({ show: false })
    expect(labels(20).rotate).toBe(40)
    expect(labels(200).rotate).toBe(0)
    expect(labels(200).formatter?.(1)).toBe('class 1')
    const { axisLabel } = tailOption([{ ...classesOf(30)[0]!, name: 'Mammals/Roe deer' }], { ...look, room: 40 }).xAxis as { axisLabel: { formatter: (at: number) => string } }
    expect(axisLabel.formatter(0)).toBe('…/Roe deer')
    expect(underPlot(19)).toBeLessThan(underPlot(200))
  })

  test('the axis of the classes says as much as has room', () => {
    expect(name(200)).toBe('2 classes, by falling number of training images')
    expect(name(70)).toBe('2 classes, by training images')
    expect(name(0)).toBe('2 classes')
    expect(fitting([], 100)).toBe('')
  })

  test('a band without room for its name has its letter', () => {
    expect(bands(96)).toEqual(['M  many', 'm  medium', 'F  few'])
    expect(bands(95)).toEqual(['M', 'm', 'F'])
  })

  test('a colour is mixed channel by channel', () => {
    expect(mixed('#ff0000', '#0000ff', 0.25)).toBe('#4000bf')
    expect(mixed('#123456', '#ffffff', 1)).toBe('#123456')
  })
})

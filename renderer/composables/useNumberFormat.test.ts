import { describe, expect, test } from 'vitest'
import { useNumberFormat } from './useNumberFormat.ts'

const format = useNumberFormat()

describe('numbers as a person reads them', () => {
  test('counts have separators and their noun agrees', () => {
    expect(format.count(12418)).toBe('12,418')
    expect(format.counted(1, 'class', 'classes')).toBe('1 class')
    expect(format.short(10_000)).toBe('10,000')
    expect(format.short(2_340_000)).toBe('2.34M')
    expect(format.counted(12418, 'image')).toBe('12,418 images')
  })

  test('shares have one decimal, intervals none', () => {
    expect(format.percent(0.6214)).toBe('62.1 %')
    expect(format.percent(1)).toBe('100.0 %')
    expect(format.interval(0.621, [0.478, 0.741])).toBe('62.1 % (48 to 74)')
    expect(format.interval(null, null)).toBe('–')
  })

  test('an imbalance factor keeps a decimal only where it matters', () => {
    expect(format.ratio(1378)).toBe('1,378 : 1')
    expect(format.ratio(1.54)).toBe('1.5 : 1')
    expect(format.ratio(null)).toBe('–')
  })

  test.each([
    [0.2, 'under 1 s'],
    [0, '0 s'],
    [59.6, '1 min'],
    [247, '4 min 7 s'],
    [3600, '1 h'],
    [3599.7, '1 h'],
    [7500, '2 h 5 min'],
    [90_000, '1 d 1 h'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('%d seconds are %s', (seconds, words) => expect(format.duration(seconds)).toBe(words))

  test('accuracy by group says of what there is nothing that there is nothing', () => {
    expect(format.percentByGroup({ top1: 0.621, many: 1, medium: 0, few: null })).toEqual({ all: '62.1 %', many: '100.0 %', medium: '0.0 %', few: '–' })
  })

  test('bytes climb to the unit that reads well', () => {
    expect(format.bytes(512)).toBe('512 B')
    expect(format.bytes(1_500_000_000)).toBe('1.5 GB')
    expect(format.bytes(240_000_000)).toBe('240 MB')
  })
})

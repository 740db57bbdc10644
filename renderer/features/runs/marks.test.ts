import { expect, it } from 'vitest'
import { clearPlace, heightsWithin, labelPlace } from './marks.ts'

it('knows how high a line reaches between two places, also between its points', () => {
  expect(heightsWithin([[0, 0], [10, 20], [20, 40]], 5, 12)).toEqual([10, 24])
  expect(heightsWithin([[0, 0], [10, 20]], 4, 6)).toEqual([8, 12])
  expect(heightsWithin([[0, 0], [10, null], [20, 40]], 4, 16)).toBeNull()
  expect(heightsWithin([[0, 7], [2, 9]], 5, 12)).toBeNull()
})

it('places a label clear of lines, as far up as can be', () => {
  expect(clearPlace([], 10, 16, 200)).toBe(16)
  expect(clearPlace([[10, 20]], 10, 16, 200)).toBe(30)
  expect(clearPlace([[10, 20], [35, 60]], 10, 16, 200)).toBe(70)
  // No room for it anywhere: between the lines, where it is crossed by none.
  expect(clearPlace([[0, 20], [36, 60]], 10, 16, 60)).toBe(28)
})

it('moves a label down below a curve that runs along the top, and to the side that has room', () => {
  const sheet = { left: 36, top: 10, bottom: 200, rules: [10, 105, 200] }
  const along = { points: [[36, 12], [300, 14]], name: 'many', end: { x: 300, label: 14 } } as const
  expect(labelPlace('re-weighting', 200, { ...sheet, lines: [] })).toEqual({ onLeft: true, y: 22 })
  expect(labelPlace('re-weighting', 200, { ...sheet, lines: [along] }).y).toBeGreaterThanOrEqual(24)
  expect(labelPlace('re-weighting', 60, { ...sheet, lines: [] }).onLeft).toBe(false)
})

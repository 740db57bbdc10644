import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { channelsOf } from './palette.ts'
import { blended, contrastOf, luminanceOf, strengthOf, turningOf } from './strength.ts'

/** The window's own colours. */
const css = readFileSync(path.resolve(import.meta.dirname, '../../styles/tokens.css'), 'utf8')
const themes = ['light', 'dark'].map((theme) => {
  const block = css.slice(css.indexOf(`[data-theme='${theme}'] {`))
  const colour = (token: string) => channelsOf(new RegExp(`--${token}: (#[0-9a-f]{6})`).exec(block)![1]!)
  return { theme, ground: colour('surface'), error: colour('danger'), ink: colour('ink') }
})
const errorOf = (count: number, support: number): number => strengthOf({ count, support, isError: true }, 'shares', 1)
/** CIE lightness, in which equal steps look alike. */
const lightnessOf = (colour: readonly number[]): number => 116 * Math.cbrt(luminanceOf(colour)) - 16
const distance = (one: readonly number[], other: readonly number[]): number => Math.abs(lightnessOf(one) - lightnessOf(other))

describe.each(themes)('errors in the matrix, $theme', ({ ground, error, ink }) => {
  const painted = (count: number, support: number) => blended(error, ground, errorOf(count, support))

  it('stand off from the ground, the rarest too', () => {
    expect(distance(painted(1, 5000), ground)).toBeGreaterThan(14)
    expect(contrastOf(painted(1, 5000), ground)).toBeGreaterThan(1.4)
  })

  it('are the further from it the larger their share', () => {
    const steps = [1, 20, 50, 100, 250, 500, 750, 1000].map((count) => distance(painted(count, 1000), ground))
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
    expect(distance(painted(3, 100), painted(50, 100))).toBeGreaterThan(15)
    expect(distance(painted(2, 100), painted(100, 100))).toBeGreaterThan(30)
  })

  it('look alike where the share is the same, however many images there are', () => {
    expect(errorOf(1, 2)).toBe(errorOf(500, 1000))
  })

  it('can be read at every strength', () => {
    const turning = turningOf(error, ground, ink)
    for (let share = 0; share <= 100; share++) {
      const cell = painted(share, 100)
      expect(contrastOf(cell, errorOf(share, 100) > turning ? ground : ink), `${share} %`).toBeGreaterThan(3.5)
    }
  })
})

describe('the strength of a cell', () => {
  it('of counts is that of their part in the most errors', () => {
    expect(strengthOf({ count: 25, support: 1000, isError: true }, 'counts', 25)).toBe(1)
    expect(strengthOf({ count: 1, support: 1, isError: true }, 'counts', 25)).toBeLessThan(0.5)
  })

  it('of what was right stands back behind any error', () => {
    expect(strengthOf({ count: 9, support: 9, isError: false }, 'shares', 1)).toBeLessThan(0.4)
    expect(strengthOf({ count: 1, support: 9, isError: false }, 'shares', 1)).toBeGreaterThan(0.1)
  })
})

it('a colour is read as a person writes it, and as a build shortens it', () => {
  expect(channelsOf('#ffaa00')).toEqual([255, 170, 0])
  expect(channelsOf('#fa0')).toEqual([255, 170, 0])
})

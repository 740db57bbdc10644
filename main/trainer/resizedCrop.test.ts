import { describe, expect, it } from 'vitest'
import { boxesOf, boxOf, cropOf } from './resizedCrop.ts'

const size = 224
const crops = Array.from({ length: 4000 }, (_, image) => cropOf(size, 0, 1, image))

describe('a random resized crop', () => {
  it('depends on seed, epoch and image alone', () => {
    expect(cropOf(size, 1, 2, 3)).toEqual(cropOf(size, 1, 2, 3))
    for (const other of [cropOf(size, 2, 2, 3), cropOf(size, 1, 3, 3), cropOf(size, 1, 2, 4)]) expect(other).not.toEqual(cropOf(size, 1, 2, 3))
  })

  it('lies within the square, and is flipped half of the time', () => {
    for (const { top, left, height, width } of crops) {
      expect(Math.min(top, left)).toBeGreaterThanOrEqual(0)
      expect(Math.max(top + height, left + width)).toBeLessThanOrEqual(size)
    }
    expect(crops.filter(({ flipped }) => flipped).length / crops.length).toBeCloseTo(0.5, 1)
  })

  it('has an area of 0.08 to 1 and an aspect of 3/4 to 4/3, spread over both', () => {
    const areas = crops.map(({ height, width }) => (height * width) / size ** 2)
    const aspects = crops.map(({ height, width }) => width / height)
    // Sides are whole pixels.
    expect(Math.min(...areas)).toBeGreaterThan(0.078)
    expect(Math.min(...areas)).toBeLessThan(0.09)
    expect(Math.max(...areas)).toBeGreaterThan(0.97)
    expect(Math.min(...aspects)).toBeCloseTo(3 / 4, 1)
    expect(Math.max(...aspects)).toBeCloseTo(4 / 3, 1)
    expect(Math.min(...aspects)).toBeGreaterThan(0.73)
    expect(Math.max(...aspects)).toBeLessThan(1.36)
    const sorted = [...areas].sort((a, b) => a - b)
    // Uniform, but for large ones of a shape that does not fit and is drawn again.
    expect(sorted[2000]!).toBeGreaterThan(0.42)
    expect(sorted[2000]!).toBeLessThan(0.55)
  })

  it('comes to every place: the corners too', () => {
    expect(crops.some(({ top }) => top === 0)).toBe(true)
    expect(crops.some(({ top, height }) => top + height === size && top > 0)).toBe(true)
    expect(crops.some(({ left, width }) => left + width === size && left > 0)).toBe(true)
  })

  it('is all of the square where no try fits', () => {
    // One pixel: every aspect but 1 asks for 1 x 1 or 1 x 0; it never leaves the square.
    for (let image = 0; image < 200; image++) expect(cropOf(1, 0, 1, image)).toMatchObject({ top: 0, left: 0, height: 1, width: 1 })
  })
})

describe('a box', () => {
  it('goes from the first pixel to the last, the other way round where flipped', () => {
    const crop = { top: 2, left: 1, height: 4, width: 5, flipped: false }
    expect(boxOf(crop, 9)).toEqual([2 / 8, 1 / 8, 5 / 8, 5 / 8])
    expect(boxOf({ ...crop, flipped: true }, 9)).toEqual([2 / 8, 5 / 8, 5 / 8, 1 / 8])
  })

  it('is for the image, not for its place in the batch', () => {
    const draw = { size, seed: 0, epoch: 3 }
    expect(boxesOf([9, 4, 7], 0, 3, draw).slice(0, 4)).toEqual(boxesOf([7, 4, 9], 0, 3, draw).slice(8))
    expect(boxesOf([9, 4, 7], 1, 2, draw)).toEqual(boxesOf([4], 0, 1, draw))
  })
})

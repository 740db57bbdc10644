import { describe, expect, it } from 'vitest'
import { augmentationOf, transformSize, writeIdentity, writeTransform, type Augmentation } from './augment.ts'

const size = 32
const still: Augmentation = { right: 0, down: 0, flipped: false, radians: 0 }

/** Where the augmented image's (x, y) comes from. */
function source(augmentation: Augmentation, x: number, y: number): [number, number] {
  const matrix = new Float32Array(transformSize)
  writeTransform(augmentation, size, matrix, 0)
  return [matrix[0]! * x + matrix[1]! * y + matrix[2]!, matrix[3]! * x + matrix[4]! * y + matrix[5]!]
}

describe('the matrix', () => {
  it('crops: moves what is shown by whole pixels', () => {
    expect(source({ ...still, right: 3, down: -2 }, 10, 10)).toEqual([13, 8])
  })

  it('flips left and right before it crops', () => {
    expect(source({ ...still, flipped: true }, 0, 5)).toEqual([31, 5])
    expect(source({ ...still, flipped: true, right: 2 }, 31, 5)).toEqual([2, 5])
  })

  it('turns about the centre', () => {
    const quarter = { ...still, radians: Math.PI / 2 }
    expect(source(quarter, 15.5, 15.5).map((value) => Math.round(value * 1000) / 1000)).toEqual([15.5, 15.5])
    const [x, y] = source(quarter, 31, 15.5)
    expect(x).toBeCloseTo(15.5, 3)
    expect(y).toBeCloseTo(31, 3)
  })

  it('is the identity where nothing is drawn', () => {
    const identity = new Float32Array(transformSize)
    const drawn = new Float32Array(transformSize)
    writeIdentity(identity, 0)
    writeTransform(still, size, drawn, 0)
    expect([...drawn].map((value) => value + 0)).toEqual([...identity])
  })
})

describe('what is drawn', () => {
  const all = Array.from({ length: 4000 }, (_, image) => augmentationOf(size, 0, 1, image))

  it('depends on seed, epoch and image alone', () => {
    expect(augmentationOf(size, 1, 2, 3)).toEqual(augmentationOf(size, 1, 2, 3))
    const others = [augmentationOf(size, 2, 2, 3), augmentationOf(size, 1, 3, 3), augmentationOf(size, 1, 2, 4)]
    for (const other of others) expect(other).not.toEqual(augmentationOf(size, 1, 2, 3))
  })

  it('moves by up to an eighth of the size, turns by up to 15 degrees, flips half of the images', () => {
    expect([...new Set(all.map(({ right }) => right))].sort((a, b) => a - b)).toEqual([-4, -3, -2, -1, 0, 1, 2, 3, 4])
    const degrees = all.map(({ radians }) => (radians * 180) / Math.PI)
    expect(Math.max(...degrees)).toBeGreaterThan(14.9)
    expect(Math.max(...degrees.map(Math.abs))).toBeLessThan(15)
    expect(all.filter(({ flipped }) => flipped).length / all.length).toBeCloseTo(0.5, 1)
    expect(Math.max(...Array.from({ length: 400 }, (_, image) => augmentationOf(224, 0, 1, image).down))).toBe(28)
  })
})

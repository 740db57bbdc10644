import { describe, expect, it } from 'vitest'
import { transformOf, transformsOf, transformSize, writeTransform, type Transform } from './shiftAndTurn.ts'

const size = 32
const still: Transform = { right: 0, down: 0, flipped: false, radians: 0 }

/** Where the augmented image's (x, y) comes from. */
function source(transform: Transform, x: number, y: number): [number, number] {
  const matrix = new Float32Array(transformSize)
  writeTransform(transform, size, matrix, 0)
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
    const drawn = new Float32Array(transformSize)
    writeTransform(still, size, drawn, 0)
    expect([...drawn].map((value) => value + 0)).toEqual([1, 0, 0, 0, 1, 0, 0, 0])
  })
})

describe('what is drawn', () => {
  const all = Array.from({ length: 4000 }, (_, image) => transformOf(size, 0, 1, image))

  it('depends on seed, epoch and image alone', () => {
    expect(transformOf(size, 1, 2, 3)).toEqual(transformOf(size, 1, 2, 3))
    const others = [transformOf(size, 2, 2, 3), transformOf(size, 1, 3, 3), transformOf(size, 1, 2, 4)]
    for (const other of others) expect(other).not.toEqual(transformOf(size, 1, 2, 3))
  })

  it('moves by up to an eighth of the size, turns by up to 15 degrees, flips half of the images', () => {
    expect([...new Set(all.map(({ right }) => right))].sort((a, b) => a - b)).toEqual([-4, -3, -2, -1, 0, 1, 2, 3, 4])
    const degrees = all.map(({ radians }) => (radians * 180) / Math.PI)
    expect(Math.max(...degrees)).toBeGreaterThan(14.9)
    expect(Math.max(...degrees.map(Math.abs))).toBeLessThan(15)
    expect(all.filter(({ flipped }) => flipped).length / all.length).toBeCloseTo(0.5, 1)
    expect(Math.max(...Array.from({ length: 400 }, (_, image) => transformOf(224, 0, 1, image).down))).toBe(28)
  })

  it('is for the image, not for its place in the batch', () => {
    const draw = { size, seed: 0, epoch: 3 }
    const first = transformsOf([9, 4, 7], 0, 3, draw)
    const turned = transformsOf([7, 4, 9], 0, 3, draw)
    expect(first.slice(0, transformSize)).toEqual(turned.slice(2 * transformSize))
  })
})

import { expect, test } from 'vitest'
import { decodeBmp, readBmpHeader } from './bmp.ts'

interface Written {
  readonly width: number
  /** Negative for rows from the top. */
  readonly height: number
  readonly bits: number
  readonly compression?: number
  /** [blue, green, red, 0] each. */
  readonly palette?: readonly (readonly number[])[]
  readonly masks?: readonly number[]
  readonly data: readonly number[]
  /** Bytes between the palette and the pixels, which only the header's offset tells of. */
  readonly gap?: number
}

function bmp({ width, height, bits, compression = 0, palette = [], masks = [], data, gap = 0 }: Written): Buffer {
  const offset = 54 + masks.length * 4 + palette.length * 4 + gap
  const file = Buffer.alloc(offset + data.length)
  file.write('BM')
  file.writeUInt32LE(file.length, 2)
  file.writeUInt32LE(offset, 10)
  file.writeUInt32LE(40, 14)
  file.writeInt32LE(width, 18)
  file.writeInt32LE(height, 22)
  file.writeUInt16LE(1, 26)
  file.writeUInt16LE(bits, 28)
  file.writeUInt32LE(compression, 30)
  file.writeUInt32LE(palette.length, 46)
  masks.forEach((mask, n) => file.writeUInt32LE(mask, 54 + n * 4))
  file.set(palette.flat(), 54 + masks.length * 4)
  file.set(data, offset)
  return file
}

const decode = (file: Buffer): number[] => [...decodeBmp(file, readBmpHeader(file))]
const red = [255, 0, 0]
const green = [0, 255, 0]
const blue = [0, 0, 255]
const black = [0, 0, 0]
/** Black, red, green, blue. */
const palette = [[0, 0, 0, 0], [0, 0, 255, 0], [0, 255, 0, 0], [255, 0, 0, 0]]

test('24 bits: rows from the bottom, padded to four bytes, beginning where the header says', () => {
  const data = [255, 0, 0, 0, 255, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0]
  expect(decode(bmp({ width: 2, height: 2, bits: 24, data, gap: 10 }))).toEqual([...red, ...black, ...blue, ...green])
  expect(decode(bmp({ width: 2, height: -2, bits: 24, data }))).toEqual([...blue, ...green, ...red, ...black])
})

test('palettes of 1, 4 and 8 bits, with widths that end within a byte', () => {
  const two = palette.slice(0, 2)
  expect(decode(bmp({ width: 3, height: 2, bits: 1, palette: two, data: [0b10100000, 0, 0, 0, 0b01000000, 0, 0, 0] }))).toEqual([...black, ...red, ...black, ...red, ...black, ...red])
  expect(decode(bmp({ width: 3, height: 2, bits: 4, palette, data: [0x12, 0x30, 0, 0, 0x32, 0x10, 0, 0] }))).toEqual([...blue, ...green, ...red, ...red, ...green, ...blue])
  expect(decode(bmp({ width: 3, height: 1, bits: 8, palette, data: [3, 1, 9, 0] }))).toEqual([...blue, ...red, ...black])
})

test('16 and 32 bits, with and without masks', () => {
  expect(decode(bmp({ width: 2, height: 1, bits: 16, data: [0x00, 0x7c, 0x1f, 0x00] }))).toEqual([...red, ...blue])
  expect(decode(bmp({ width: 2, height: 1, bits: 16, compression: 3, masks: [0xf800, 0x07e0, 0x001f], data: [0x00, 0xf8, 0xe0, 0x07] }))).toEqual([...red, ...green])
  // Alpha is zero, as most programs write it, and the colours hold all the same.
  expect(decode(bmp({ width: 1, height: 1, bits: 32, data: [1, 2, 3, 0] }))).toEqual([3, 2, 1])
  expect(decode(bmp({ width: 1, height: 1, bits: 32, compression: 3, masks: [0xff000000, 0xff0000, 0xff00], data: [0, 7, 8, 9] }))).toEqual([9, 8, 7])
})

test('run lengths of 8 and 4 bits: runs, single colours, ends of rows, moves', () => {
  const runs8 = [2, 1, 1, 3, 0, 0, /* three colours one by one, padded */ 0, 3, 1, 2, 3, 0, 0, 1]
  expect(decode(bmp({ width: 3, height: 2, bits: 8, compression: 1, palette, data: runs8 }))).toEqual([...red, ...green, ...blue, ...red, ...red, ...blue])
  const moved = [0, 2, 1, 1, 1, 2, 0, 1]
  expect(decode(bmp({ width: 2, height: 2, bits: 8, compression: 1, palette, data: moved }))).toEqual([...black, ...green, ...black, ...black])
  const runs4 = [3, 0x12, 0, 0, 0, 3, 0x32, 0x10, 0, 1]
  expect(decode(bmp({ width: 3, height: 2, bits: 4, compression: 2, palette, data: runs4 }))).toEqual([...blue, ...green, ...red, ...red, ...green, ...red])
})

test('what is cut short or unknown is refused', () => {
  const whole = bmp({ width: 2, height: 2, bits: 24, data: Array.from({ length: 16 }, () => 0) })
  for (let length = 0; length < whole.length; length++) expect(() => decode(whole.subarray(0, length))).toThrow(/cut short|unknown kind/)
  expect(() => decode(bmp({ width: 3, height: 2, bits: 8, compression: 1, palette, data: [2, 1] }))).toThrow(/cut short/)
  expect(() => decode(bmp({ width: 2, height: 1, bits: 24, compression: 4, data: [] }))).toThrow(/compression 4/)
  expect(() => decode(bmp({ width: -2, height: 1, bits: 24, data: [0, 0, 0, 0, 0, 0, 0, 0] }))).toThrow(/no size/)
})

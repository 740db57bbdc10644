import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { imagesAtOnce, openPixels } from './batches.ts'

const size = 4
const bytesPerImage = size * size * 3
let folder: string
let file: string

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ride-batches-'))
  file = path.join(folder, 'pixels.u8')
  // Row r is filled with the byte r.
  writeFileSync(file, Buffer.concat(Array.from({ length: 10 }, (_, row) => Buffer.alloc(bytesPerImage, row))))
})
afterAll(() => rmSync(folder, { recursive: true }))

const images = { rows: Uint32Array.of(9, 4, 7), labels: Uint32Array.of(0, 1, 2) }

it('reads the rows of a batch in the order asked for', () => {
  const pixels = openPixels(file, size)
  try {
    const batch = pixels.readBatch(images, [2, 0, 1], 0, 2)
    expect([batch.pixels[0], batch.pixels[bytesPerImage]]).toEqual([7, 9])
    expect([...batch.labels]).toEqual([2, 0])
    expect([...pixels.readBatch(images, [2, 0, 1], 2, 3).labels]).toEqual([1])
  } finally {
    pixels.close()
  }
})

it('gives no black pixels where the file has become shorter since', () => {
  const cut = path.join(folder, 'cut.u8')
  writeFileSync(cut, Buffer.alloc(2 * bytesPerImage, 1))
  const pixels = openPixels(cut, size)
  try {
    truncateSync(cut, 2 * bytesPerImage - 5)
    expect(() => pixels.readBatch({ rows: Uint32Array.of(1), labels: Uint32Array.of(0) }, [0], 0, 1)).toThrow(/end at byte 91, in the middle of an image/)
  } finally {
    pixels.close()
  }
})

it('says so where rows or the whole file are missing', () => {
  const pixels = openPixels(file, size)
  try {
    expect(() => pixels.readBatch({ rows: Uint32Array.of(10), labels: Uint32Array.of(0) }, [0], 0, 1)).toThrow(/end before row 10/)
  } finally {
    pixels.close()
  }
  expect(() => openPixels(path.join(folder, 'none.u8'), size)).toThrow(/could not be read/)
})

it('looks at fewer images together the larger they are', () => {
  expect([32, 64, 224].map(imagesAtOnce)).toEqual([128, 32, 16])
})

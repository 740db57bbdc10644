/**
 * What an image looks like in sixteen bytes, so that a million images can be compared. `look` is a difference hash: the
 * image in 9 x 8 grey cells, a bit for each neighbour to the right that is brighter. It hardly changes with size,
 * compression, brightness and small shifts. `tone` is what the hash leaves out: mean red, green and blue, the
 * brightness of the four quarters, and how many of the 64 differences are large enough to say something.
 */
import type { Look } from './contract.ts'

/** Cells of the hash. */
const columns = 9
const rows = 8
/** What a large image is made smaller to before it is looked at: eight pixels a side for each cell. */
export const lookSize = { width: columns * 8, height: rows * 8 } as const
/** Pixels a side that are looked at in each cell at most. */
const samples = 16
/** Grey levels by which neighbours differ where that is no noise. */
const telling = 2

interface Shape {
  readonly width: number
  readonly height: number
  readonly channels: number
}

/** @param pixels uint8 [height, width, channels], of one or three channels */
export function lookOf(pixels: Uint8Array, shape: Shape): Look {
  const cells = Array.from({ length: rows * columns }, (_, n) => meanOf(pixels, shape, n % columns, Math.floor(n / columns)))
  const look = new Uint8Array(8)
  let detail = 0
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns - 1; x++) {
      const difference = greyOf(cells[y * columns + x + 1]!) - greyOf(cells[y * columns + x]!)
      if (Math.abs(difference) > telling) detail += 1
      // Equal neighbours differ by rounding alone: a bit that noise would draw is no bit.
      if (difference > telling / 2) look[y]! |= 1 << x
    }
  }
  const over = (wanted: (x: number, y: number) => boolean): Mean => averageOf(cells.filter((_, n) => wanted(n % columns, Math.floor(n / columns))))
  const quarters = [0, 1, 2, 3].map((quarter) => greyOf(over((x, y) => (x >= columns / 2 ? 1 : 0) + (y >= rows / 2 ? 2 : 0) === quarter)))
  return { look, tone: Uint8Array.from([...averageOf(cells), ...quarters, detail]) }
}

type Mean = readonly [red: number, green: number, blue: number]

function greyOf([red, green, blue]: Mean): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue
}

function averageOf(means: readonly Mean[]): Mean {
  const sum = (channel: 0 | 1 | 2): number => means.reduce((total, mean) => total + mean[channel], 0) / means.length
  return [sum(0), sum(1), sum(2)]
}

/** The mean of a cell; an image of fewer pixels than cells lends one to several. */
function meanOf(pixels: Uint8Array, { width, height, channels }: Shape, column: number, row: number): Mean {
  const [left, right] = span(column, columns, width)
  const [top, bottom] = span(row, rows, height)
  const [stepX, stepY] = [Math.ceil((right - left) / samples), Math.ceil((bottom - top) / samples)]
  const [green, blue] = channels >= 3 ? [1, 2] : [0, 0]
  let [sumRed, sumGreen, sumBlue, count] = [0, 0, 0, 0]
  for (let y = top; y < bottom; y += stepY) {
    for (let x = left; x < right; x += stepX) {
      const at = (y * width + x) * channels
      sumRed += pixels[at]!
      sumGreen += pixels[at + green]!
      sumBlue += pixels[at + blue]!
      count += 1
    }
  }
  return [sumRed / count, sumGreen / count, sumBlue / count]
}

function span(cell: number, cells: number, length: number): [number, number] {
  const from = Math.min(length - 1, Math.floor((cell * length) / cells))
  return [from, Math.max(from + 1, Math.floor(((cell + 1) * length) / cells))]
}

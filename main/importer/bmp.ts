/**
 * BMP, which sharp does not read: 1, 4, 8, 16, 24 and 32 bits a pixel, plain, with bit masks or run-length encoded.
 * Alpha is ignored: most programs write it as zeros. The layout is that of Windows' BITMAPINFOHEADER and its followers,
 * and of OS/2's BITMAPCOREHEADER.
 */
import { Failure } from '../../shared/failure.ts'

export interface BmpHeader {
  readonly width: number
  readonly height: number
  readonly topDown: boolean
  readonly bits: number
  readonly compression: number
  /** Where the pixels begin in the file. */
  readonly offset: number
  readonly palette: { readonly at: number; readonly colours: number; readonly stride: 3 | 4 }
  readonly masks: readonly [red: number, green: number, blue: number]
}

const plain = 0
const runs8 = 1
const runs4 = 2
const bitFields = 3
const alphaBitFields = 6

/** @throws Failure `unreadable` */
export function readBmpHeader(file: Buffer): BmpHeader {
  if (file.length < 26) throw cutShort()
  const size = file.readUInt32LE(14)
  const core = size === 12
  if (!core && (size < 40 || file.length < 14 + size)) throw new Failure('unreadable', 'The BMP has a header of an unknown kind.')
  const height = core ? file.readUInt16LE(20) : file.readInt32LE(22)
  const bits = file.readUInt16LE(core ? 24 : 28)
  const compression = core ? plain : file.readUInt32LE(30)
  const masked = compression === bitFields || compression === alphaBitFields
  // With the oldest header the masks follow it, in all others they are part of it: at the same place either way.
  const masksEnd = masked && size === 40 ? (compression === bitFields ? 12 : 16) : 0
  const at = 14 + size + masksEnd
  if (masked && file.length < 66) throw cutShort()
  const masks = masked ? ([file.readUInt32LE(54), file.readUInt32LE(58), file.readUInt32LE(62)] as const) : bits === 16 ? ([0x7c00, 0x03e0, 0x001f] as const) : ([0xff0000, 0xff00, 0xff] as const)
  const colours = bits <= 8 ? Math.min((core ? 0 : file.readUInt32LE(46)) || 1 << bits, 1 << bits) : 0
  const header: BmpHeader = {
    width: core ? file.readUInt16LE(18) : file.readInt32LE(18),
    height: Math.abs(height),
    topDown: height < 0,
    bits,
    compression,
    offset: file.readUInt32LE(10),
    palette: { at, colours, stride: core ? 3 : 4 },
    masks,
  }
  const known =
    (compression === plain && [1, 4, 8, 16, 24, 32].includes(bits)) || (compression === runs8 && bits === 8) || (compression === runs4 && bits === 4) || (masked && (bits === 16 || bits === 32))
  if (!known) throw new Failure('unreadable', `The BMP uses an encoding that is not read here (${bits} bits, compression ${compression}).`)
  if (header.width < 1 || header.height < 1) throw new Failure('unreadable', 'The BMP has no size.')
  return header
}

/** Returns uint8 [height, width, 3]. @throws Failure `unreadable` */
export function decodeBmp(file: Buffer, header: BmpHeader): Buffer {
  const isRuns = header.compression === runs8 || header.compression === runs4
  // Before any memory is taken for what a few bytes of header promise.
  if (!isRuns && header.offset + strideOf(header) * header.height > file.length) throw cutShort()
  const pixels = Buffer.alloc(header.width * header.height * 3)
  const colours = header.bits <= 8 ? paletteOf(file, header) : undefined
  if (isRuns) decodeRuns(file, header, colours!, pixels)
  else decodeRows(file, header, colours, pixels)
  return pixels
}

type Colours = (index: number) => readonly [red: number, green: number, blue: number]

/** Bytes of a row: whole 32-bit words. */
function strideOf({ width, bits }: BmpHeader): number {
  return Math.ceil((width * bits) / 32) * 4
}

/** Rows, the lowest one first unless the header says otherwise. */
function decodeRows(file: Buffer, header: BmpHeader, colours: Colours | undefined, pixels: Buffer): void {
  const { width, height, bits, offset, masks } = header
  const stride = strideOf(header)
  const [red, green, blue] = masks.map(channel) as [Channel, Channel, Channel]
  for (let y = 0; y < height; y++) {
    const from = offset + (header.topDown ? y : height - 1 - y) * stride
    let to = y * width * 3
    for (let x = 0; x < width; x++, to += 3) {
      if (colours) {
        const perByte = 8 / bits
        const byte = file[from + Math.floor(x / perByte)]!
        const index = (byte >> (8 - bits - (x % perByte) * bits)) & ((1 << bits) - 1)
        pixels.set(colours(index), to)
      } else if (bits === 24) {
        const at = from + x * 3
        pixels[to] = file[at + 2]!
        pixels[to + 1] = file[at + 1]!
        pixels[to + 2] = file[at]!
      } else {
        const value = bits === 16 ? file.readUInt16LE(from + x * 2) : file.readUInt32LE(from + x * 4)
        pixels[to] = red(value)
        pixels[to + 1] = green(value)
        pixels[to + 2] = blue(value)
      }
    }
  }
}

/** Pairs of a count and a colour, with escapes after a zero: end of row, end of image, a move, or colours one by one. */
function decodeRuns(file: Buffer, header: BmpHeader, colours: Colours, pixels: Buffer): void {
  const { width, height, bits } = header
  let at = header.offset
  let x = 0
  let row = 0
  const byte = (): number => {
    const value = file[at++]
    if (value === undefined) throw cutShort()
    return value
  }
  const put = (index: number): void => {
    if (x < width && row < height) pixels.set(colours(index), ((header.topDown ? row : height - 1 - row) * width + x) * 3)
    x += 1
  }
  while (row < height) {
    const count = byte()
    const second = byte()
    if (count > 0) {
      for (let n = 0; n < count; n++) put(bits === 8 ? second : n % 2 === 0 ? second >> 4 : second & 15)
    } else if (second === 0) {
      x = 0
      row += 1
    } else if (second === 1) {
      return
    } else if (second === 2) {
      x += byte()
      row += byte()
    } else {
      const start = at
      for (let n = 0, value = 0; n < second; n++) {
        if (bits === 8 || n % 2 === 0) value = byte()
        put(bits === 8 ? value : n % 2 === 0 ? value >> 4 : value & 15)
      }
      at += (at - start) % 2
    }
  }
}

function paletteOf(file: Buffer, { palette: { at, colours, stride } }: BmpHeader): Colours {
  if (at + colours * stride > file.length) throw cutShort()
  const black = [0, 0, 0] as const
  const table = Array.from({ length: colours }, (_, n) => [file[at + n * stride + 2]!, file[at + n * stride + 1]!, file[at + n * stride]!] as const)
  return (index) => table[index] ?? black
}

type Channel = (value: number) => number

/** The bits under the mask, stretched to 0..255. */
function channel(mask: number): Channel {
  if (mask === 0) return () => 0
  const shift = 31 - Math.clz32(mask & -mask)
  const largest = mask >>> shift
  return (value) => Math.round((((value & mask) >>> shift) / largest) * 255)
}

function cutShort(): Failure {
  return new Failure('unreadable', 'The BMP is cut short.')
}

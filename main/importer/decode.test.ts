import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { deflateSync, crc32 } from 'node:zlib'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Failure } from '../../shared/failure.ts'
import { inspect, picture, pixels } from './decode.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ride-zoo-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A smooth picture with noise: every quarter has its own colour, so that turning it shows. */
function drawn(width: number, height: number): Buffer {
  const rgb = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rgb.set([x < width / 2 ? 220 : 30, y < height / 2 ? 200 : 40, (x * 7 + y * 13) % 60], (y * width + x) * 3)
    }
  }
  return rgb
}
const raw = (width: number, height: number) => sharp(drawn(width, height), { raw: { width, height, channels: 3 } })

function put(name: string, content: Buffer | string): string {
  const file = path.join(folder, name)
  writeFileSync(file, content)
  return file
}
const look = (file: string) => inspect({ file, alone: false })
const square = (file: string, size: number, fit: 'pad' | 'crop' = 'pad') => pixels({ file, size, fit, alone: false })

async function reasonOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(Failure)
  expect((error as Failure).code).toBe('unreadable')
  return (error as Failure).message
}

/** Mean absolute difference a channel. */
function distance(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length)
  return a.reduce((sum, value, n) => sum + Math.abs(value - b[n]!), 0) / a.length
}

describe('formats', () => {
  const encoders = {
    jpeg: () => raw(48, 32).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
    png: () => raw(48, 32).png(),
    webp: () => raw(48, 32).webp({ lossless: true }),
    gif: () => raw(48, 32).gif({ colours: 256, effort: 1, dither: 0 }),
    tiff: () => raw(48, 32).tiff({ compression: 'lzw' }),
    avif: () => raw(48, 32).avif({ lossless: true }),
  }
  for (const [format, encode] of Object.entries(encoders)) {
    test(`${format} is known by its content, whatever its name`, async () => {
      const file = put(`${format}.jpg`, await encode().toBuffer())
      expect(await look(file)).toMatchObject({ format, width: 48, height: 32 })
      // The square is padded above and below.
      const found = await square(file, 48)
      expect([...found.subarray(0, 3)]).toEqual([0, 0, 0])
      const middle = found.subarray(8 * 48 * 3, 40 * 48 * 3)
      expect(distance(middle, drawn(48, 32))).toBeLessThan(format === 'gif' ? 12 : 2)
    })

    test(`${format} cut short is refused`, async () => {
      const whole = await encode().toBuffer()
      for (const share of [0.35, 0.6, 0.9]) {
        await reasonOf(look(put(`cut-${share}.${format}`, whole.subarray(0, Math.floor(whole.length * share)))))
      }
    })
  }

  test('a JPEG cut at twenty places is refused at each, and garbage after its end is not', async () => {
    const whole = await raw(200, 160).jpeg({ quality: 90 }).toBuffer()
    for (let n = 0; n < 20; n++) await reasonOf(look(put('cut.jpg', whole.subarray(0, Math.floor((whole.length * n) / 20)))))
    expect(await look(put('trailing.jpg', Buffer.concat([whole, Buffer.from('and some more')])))).toMatchObject({ width: 200, height: 160 })
  })

  test('an image too large to be kept is gone through to its end all the same', async () => {
    for (const [format, content] of [['jpeg', await raw(1600, 1200).jpeg().toBuffer()], ['png', await raw(1600, 1200).png().toBuffer()], ['webp', await raw(1600, 1200).webp().toBuffer()]] as const) {
      expect(await look(put(`big.${format}`, content))).toMatchObject({ format, width: 1600, height: 1200 })
      await reasonOf(look(put(`big-cut.${format}`, content.subarray(0, Math.floor(content.length * 0.97)))))
    }
  })

  test('a progressive JPEG and an interlaced PNG are read, and refused where cut', async () => {
    const progressive = await raw(64, 64).jpeg({ progressive: true }).toBuffer()
    const interlaced = await raw(64, 64).png({ progressive: true }).toBuffer()
    expect(await look(put('progressive.jpg', progressive))).toMatchObject({ width: 64 })
    expect(await look(put('interlaced.png', interlaced))).toMatchObject({ width: 64 })
    await reasonOf(look(put('progressive-cut.jpg', progressive.subarray(0, progressive.length - 200))))
    await reasonOf(look(put('interlaced-cut.png', interlaced.subarray(0, interlaced.length - 200))))
  })

  test('only the first frame of an animation counts', async () => {
    const frames = Buffer.concat([Buffer.alloc(20 * 20 * 3, 250), Buffer.alloc(20 * 20 * 3, 5)])
    const animated = sharp(frames, { raw: { width: 20, height: 40, channels: 3, pageHeight: 20 } })
    for (const [name, content] of [['animated.gif', await animated.gif().toBuffer()], ['animated.webp', await animated.webp({ lossless: true }).toBuffer()]] as const) {
      const file = put(name, content)
      expect(await sharp(content).metadata()).toMatchObject({ pages: 2 })
      expect(await look(file)).toMatchObject({ width: 20, height: 20 })
      expect((await square(file, 20)).every((value) => value > 240)).toBe(true)
    }
  })
})

describe('one result', () => {
  test('an image of the asked size comes out bit for bit', async () => {
    const file = put('32.png', await raw(32, 32).png().toBuffer())
    for (const fit of ['pad', 'crop'] as const) expect(Buffer.from(await square(file, 32, fit)).equals(drawn(32, 32))).toBe(true)
  })

  test('cropping takes the centre', async () => {
    const file = put('wide.png', await raw(64, 32).png().toBuffer())
    const cropped = await square(file, 32, 'crop')
    const expected = await raw(64, 32).extract({ left: 16, top: 0, width: 32, height: 32 }).toBuffer()
    expect(Buffer.from(cropped).equals(expected)).toBe(true)
  })

  test('every EXIF orientation shows the same upright picture', async () => {
    const upright = drawn(48, 32)
    // What a camera that is held so stores: the upright picture turned clockwise, then mirrored left to right.
    const stored = { 1: [0, false], 2: [0, true], 3: [180, false], 4: [180, true], 5: [90, true], 6: [270, false], 7: [270, true], 8: [90, false] } as const
    for (const [orientation, [angle, isMirrored]] of Object.entries(stored)) {
      const rotated = await raw(48, 32).rotate(angle).png().toBuffer()
      const turned = await sharp(rotated).flop(isMirrored).png().toBuffer()
      const file = put(`orientation-${orientation}.jpg`, await sharp(turned).withMetadata({ orientation: Number(orientation) }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer())
      expect(await look(file)).toMatchObject({ width: 48, height: 32 })
      const middle = (await square(file, 48)).subarray(8 * 48 * 3, 40 * 48 * 3)
      expect(distance(middle, upright), `orientation ${orientation}`).toBeLessThan(4)
      const shown = await sharp(await picture({ file, maxSide: 100, alone: false })).raw().toBuffer()
      expect(distance(shown, upright), `picture of orientation ${orientation}`).toBeLessThan(4)
    }
  })

  test('CMYK, 16 bits, palettes and greys all become 8-bit sRGB', async () => {
    const grey = Buffer.alloc(32 * 32, 90)
    const files = {
      cmyk: await raw(32, 32).toColourspace('cmyk').jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(),
      deep: await raw(32, 32).toColourspace('rgb16').png().toBuffer(),
      deepTiff: await raw(32, 32).toColourspace('rgb16').tiff({ compression: 'deflate' }).toBuffer(),
      palette: await raw(32, 32).png({ palette: true, dither: 0 }).toBuffer(),
    }
    expect((await sharp(files.cmyk).metadata()).space).toBe('cmyk')
    expect((await sharp(files.deep).metadata()).depth).toBe('ushort')
    expect((await sharp(files.palette).metadata()).isPalette).toBe(true)
    for (const [name, content] of Object.entries(files)) {
      const found = await square(put(name, content), 32)
      // Print colours reach less far than a screen's.
      expect(distance(found, drawn(32, 32)), name).toBeLessThan(name === 'cmyk' ? 30 : name === 'palette' ? 12 : 1)
    }
    const file = put('grey.png', await sharp(grey, { raw: { width: 32, height: 32, channels: 1 } }).toColourspace('b-w').png().toBuffer())
    expect(await sharp(file).metadata()).toMatchObject({ channels: 1 })
    expect((await square(file, 32)).every((value) => value === 90)).toBe(true)
    const bits = put('1-bit.png', await sharp(grey, { raw: { width: 32, height: 32, channels: 1 } }).threshold(50).toColourspace('b-w').png({ palette: true, colours: 2 }).toBuffer())
    expect((await square(bits, 32)).every((value) => value === 255)).toBe(true)
  })

  test('transparency is laid on white, for grey images too', async () => {
    const rgba = Buffer.alloc(16 * 16 * 4)
    const clear = put('clear.png', await sharp(rgba, { raw: { width: 16, height: 16, channels: 4 } }).png().toBuffer())
    expect((await square(clear, 16)).every((value) => value === 255)).toBe(true)
    const greyAlpha = Buffer.alloc(16 * 16 * 2)
    for (let n = 0; n < 256; n++) greyAlpha.set([100, n < 128 ? 255 : 0], n * 2)
    const file = put('grey-alpha.png', await sharp(greyAlpha, { raw: { width: 16, height: 16, channels: 2 } }).toColourspace('b-w').png().toBuffer())
    expect(await sharp(file).metadata()).toMatchObject({ channels: 2 })
    const found = await square(file, 16)
    expect([...found.subarray(0, 3), ...found.subarray(-3)]).toEqual([100, 100, 100, 255, 255, 255])
  })

  test('a picture fits and is never enlarged', async () => {
    const file = put('300.png', await raw(300, 200).png().toBuffer())
    expect(await sharp(await picture({ file, maxSide: 192, alone: false })).metadata()).toMatchObject({ format: 'webp', width: 192, height: 128 })
    const small = put('small.png', await raw(32, 32).png().toBuffer())
    const shown = await picture({ file: small, maxSide: 192, alone: false })
    expect((await sharp(shown).raw().toBuffer()).equals(drawn(32, 32))).toBe(true)
  })

  test('a single pixel and a line are squares too', async () => {
    expect(await square(put('1.png', await raw(1, 1).png().toBuffer()), 32)).toHaveLength(32 * 32 * 3)
    for (const fit of ['pad', 'crop'] as const) expect(await square(put('line.png', await raw(4000, 1).png().toBuffer()), 32, fit)).toHaveLength(32 * 32 * 3)
  })
})

describe('refusals say why', () => {
  test('what is no image', async () => {
    expect(await reasonOf(look(put('empty.jpg', '')))).toMatch(/empty/)
    expect(await reasonOf(look(put('text.jpg', 'BM is how this text begins')))).toMatch(/no image/)
    expect(await reasonOf(look(put('drawing.png', '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>')))).toMatch(/SVG/)
    expect(await reasonOf(look(put('page.jpg', '<!DOCTYPE html><html></html>')))).toMatch(/HTML/)
    expect(await reasonOf(look(put('paper.jpg', '%PDF-1.7\n')))).toMatch(/PDF/)
    expect(await reasonOf(look(path.join(folder, 'nowhere.jpg')))).toMatch(/gone/)
    expect(await reasonOf(look(folder))).toMatch(/ordinary/)
  })

  test('a pipe is refused without waiting for a writer', async () => {
    const pipe = path.join(folder, 'pipe.jpg')
    execFileSync('mkfifo', [pipe])
    expect(await reasonOf(look(pipe))).toMatch(/ordinary/)
  })

  test('a header that promises too many pixels is refused before anything is decoded', async () => {
    expect(await reasonOf(look(put('bomb.png', bombPng(30_000, 30_000))))).toMatch(/30000 x 30000 pixels/)
    const bmp = Buffer.alloc(80)
    bmp.write('BM')
    bmp.writeUInt32LE(54, 10)
    bmp.writeUInt32LE(40, 14)
    bmp.writeInt32LE(16_000, 18)
    bmp.writeInt32LE(16_000, 22)
    bmp.writeUInt16LE(24, 28)
    expect(await reasonOf(inspect({ file: put('bomb.bmp', bmp), alone: true }))).toMatch(/cut short/)
  })

  test('a very large image asks to be decoded alone', async () => {
    const file = put('large.png', await sharp({ create: { width: 9000, height: 6000, channels: 3, background: '#123456' } }).png().toBuffer())
    await expect(look(file)).rejects.toMatchObject({ code: 'busy' })
    expect(await inspect({ file, alone: true })).toMatchObject({ width: 9000, height: 6000 })
  })

  test('flipped bytes never do worse than refuse', async () => {
    const whole = await raw(60, 60).jpeg().toBuffer()
    let state = 1
    const random = (below: number): number => (state = (state * 48271) % 2147483647) % below
    for (let n = 0; n < 200; n++) {
      const fuzzed = Buffer.from(whole)
      for (let flips = 0; flips < 8; flips++) fuzzed[random(fuzzed.length)] = random(256)
      await look(put('fuzzed.jpg', fuzzed)).catch((error: unknown) => expect(error).toMatchObject({ code: 'unreadable' }))
    }
  })
})

/** A PNG that is all header: its one row of data is far too short. */
function bombPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), pngChunk('IHDR', header), pngChunk('IDAT', deflateSync(Buffer.alloc(1000))), pngChunk('IEND', Buffer.alloc(0))])
}

function pngChunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), framed.length - 4)
  return framed
}

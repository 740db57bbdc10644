import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { lookOf } from './look.ts'

/** A scene of a few soft blobs, drawn from a seed. */
async function scene(seed: number, width: number, height: number): Promise<Buffer> {
  const circles = Array.from({ length: 6 }, (_, n) => {
    const drawn = (k: number): number => createHash('sha256').update(`${seed} ${n} ${k}`).digest()[0]! / 255
    return `<circle cx="${100 * drawn(1)}" cy="${100 * drawn(2)}" r="${10 + 25 * drawn(3)}" fill="rgb(${[4, 5, 6].map((k) => Math.floor(255 * drawn(k))).join()})"/>`
  })
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" preserveAspectRatio="none" width="${width}" height="${height}"><rect width="100" height="100" fill="#556"/>${circles.join('')}</svg>`
  return sharp(Buffer.from(drawing)).removeAlpha().png().toBuffer()
}

async function looked(picture: Buffer): Promise<ReturnType<typeof lookOf>> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true })
  return lookOf(data, info)
}

function distance(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((bits, byte, n) => bits + [...(byte ^ b[n]!).toString(2)].filter((bit) => bit === '1').length, 0)
}

test('another size, harder compression or a little more light hardly change the look; another scene does', async () => {
  const distances: number[] = []
  for (let seed = 1; seed <= 12; seed++) {
    const original = await looked(await scene(seed, 320, 240))
    const others = [
      await scene(seed, 800, 600),
      await sharp(await scene(seed, 320, 240)).jpeg({ quality: 40 }).toBuffer(),
      await sharp(await scene(seed, 320, 240)).linear(1.1, 4).png().toBuffer(),
      await sharp(await scene(seed, 320, 240)).resize(72, 64, { fit: 'fill' }).png().toBuffer(),
    ]
    for (const other of others) expect(distance(original.look, (await looked(other)).look), `scene ${seed}`).toBeLessThanOrEqual(6)
    distances.push(distance(original.look, (await looked(await scene(seed + 100, 320, 240))).look))
  }
  expect(Math.min(...distances)).toBeGreaterThan(8)
})

test('a plain image says that nothing is told by its look, and which colour it has', () => {
  const red = Uint8Array.from({ length: 40 * 30 * 3 }, (_, n) => (n % 3 === 0 ? 200 : 10))
  const { look, tone } = lookOf(red, { width: 40, height: 30, channels: 3 })
  expect([...look]).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  expect([...tone]).toEqual([200, 10, 10, 66, 66, 66, 66, 0])
})

test('an image of one pixel, one that is a line, and one without colours have a look too', () => {
  expect([...lookOf(Uint8Array.of(7, 8, 9), { width: 1, height: 1, channels: 3 }).tone.subarray(0, 3)]).toEqual([7, 8, 9])
  const rising = Uint8Array.from({ length: 90 }, (_, n) => n * 2)
  const { look, tone } = lookOf(rising, { width: 90, height: 1, channels: 1 })
  expect([...look]).toEqual(Array.from({ length: 8 }, () => 255))
  expect(tone[7]).toBe(64)
})

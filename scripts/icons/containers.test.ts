import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'

const resources = path.resolve(import.meta.dirname, '../../resources')
const sides = [16, 24, 32, 48, 64, 128, 256, 512, 1024]

async function side(png: Buffer): Promise<number> {
  const { format, width, height } = await sharp(png).metadata()
  expect(format).toBe('png')
  expect(height).toBe(width)
  return width
}

test("Linux's icons have the sizes that their names say", async () => {
  const names = readdirSync(path.join(resources, 'icons')).sort()
  expect(names).toEqual(sides.map((size) => `${size}x${size}.png`).sort())
  for (const name of names) expect(`${await side(readFileSync(path.join(resources, 'icons', name)))}`).toBe(name.split('x')[0])
})

test("Windows' icon holds every size up to 256", async () => {
  const file = readFileSync(path.join(resources, 'icon.ico'))
  expect([file.readUInt16LE(0), file.readUInt16LE(2)]).toEqual([0, 1])
  const found = Array.from({ length: file.readUInt16LE(4) }, (_, index) => {
    const at = 6 + 16 * index
    const offset = file.readUInt32LE(at + 12)
    return { listed: file.readUInt8(at) || 256, end: offset + file.readUInt32LE(at + 8), png: file.subarray(offset, offset + file.readUInt32LE(at + 8)) }
  })
  expect(found.map(({ listed }) => listed)).toEqual(sides.filter((size) => size <= 256))
  for (const { listed, png } of found) expect(await side(png)).toBe(listed)
  expect(found.at(-1)!.end).toBe(file.length)
})

test("macOS's icon holds each type in its size", async () => {
  const file = readFileSync(path.join(resources, 'icon.icns'))
  expect(file.toString('latin1', 0, 4)).toBe('icns')
  expect(file.readUInt32BE(4)).toBe(file.length)
  const found: Record<string, number> = {}
  for (let at = 8; at < file.length; at += file.readUInt32BE(at + 4)) found[file.toString('latin1', at, at + 4)] = await side(file.subarray(at + 8, at + file.readUInt32BE(at + 4)))
  expect(found).toEqual({ ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 })
})

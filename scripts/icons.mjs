/**
 * Draws the icons of the packages from resources/icon.svg and, up to 32 pixels, icon-small.svg:
 * resources/icons/<size>x<size>.png for Linux, icon.ico for Windows, icon.icns for macOS.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { icns, ico } from './icons/containers.mjs'

const resources = path.resolve(import.meta.dirname, '../resources')
const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024]

/** @param {number} size @returns {Promise<[number, Buffer]>} */
async function draw(size) {
  const [file, side] = size <= 32 ? ['icon-small.svg', 16] : ['icon.svg', 512]
  // The density makes the drawing itself that large, so that nothing is resampled.
  const image = sharp(path.join(resources, file), { density: (72 * size) / side })
  return [size, await image.resize(size, size).png({ compressionLevel: 9 }).toBuffer()]
}

const images = new Map(await Promise.all(sizes.map(draw)))
const folder = path.join(resources, 'icons')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder)
for (const [size, png] of images) writeFileSync(path.join(folder, `${size}x${size}.png`), png)
writeFileSync(path.join(resources, 'icon.ico'), ico(images))
writeFileSync(path.join(resources, 'icon.icns'), icns(images))

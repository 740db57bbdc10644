import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openDecoders } from '../importer/decoders.ts'
import type { ImageFile } from '../store/imageFiles.ts'
import { stripes } from './fixtures/tailedFolder.ts'
import { preparePixels } from './pixels.ts'

const decoders = openDecoders()
const place = mkdtempSync(path.join(tmpdir(), 'ride-pixels-'))
afterAll(async () => {
  await decoders.close()
  rmSync(place, { recursive: true })
})

const shape = { imageSize: 32, fit: 'pad' } as const
const rowBytes = 32 * 32 * 3
let folder: string
let images: ImageFile[]

beforeEach(() => {
  folder = mkdtempSync(path.join(place, 'project-'))
  images = [1, 2, 4].map((imageId) => written(imageId, stripes(imageId, 0)))
})

function written(imageId: number, content: Uint8Array): ImageFile {
  const file = path.join(folder, `${imageId}.bmp`)
  writeFileSync(file, content)
  const { size, mtimeNs } = statSync(file, { bigint: true })
  return { imageId, folder, path: `${imageId}.bmp`, contentHash: createHash('sha256').update(content).digest(), bytes: Number(size), modifiedMs: Number(mtimeNs) / 1e6 }
}

const fileOf = (image: ImageFile): string => path.join(image.folder, image.path)

/** The row of an image, as the decoder gives it. */
const expected = async (image: ImageFile): Promise<Buffer> => Buffer.from(await decoders.pixels(fileOf(image), 32, 'pad'))
const row = (file: string, { imageId }: ImageFile): Buffer => readFileSync(file).subarray((imageId - 1) * rowBytes, imageId * rowBytes)

/** How many images one preparation decodes, and what it answers. */
async function prepare(): Promise<{ decoded: number; pixels: Awaited<ReturnType<typeof preparePixels>> }> {
  let decoded = 0
  const counting = {
    ...decoders,
    pixels: (...asked: Parameters<typeof decoders.pixels>) => {
      decoded += 1
      return decoders.pixels(...asked)
    },
  }
  const pixels = await preparePixels(path.join(folder, 'cache'), images, shape, counting)
  return { decoded, pixels }
}

test('every image has its row, and none is decoded twice', async () => {
  const first = await prepare()
  expect(first.decoded).toBe(3)
  for (const image of images) expect(row(first.pixels.file, image)).toEqual(await expected(image))
  expect((await prepare()).decoded).toBe(0)
})

test('progress counts what is there already and ends with the total', async () => {
  const told: [number, number][] = []
  await preparePixels(path.join(folder, 'cache'), images.slice(0, 1), shape, decoders)
  await preparePixels(path.join(folder, 'cache'), images, shape, decoders, { onProgress: (done, total) => told.push([done, total]) })
  expect(told).toEqual([[1, 3], [2, 3], [3, 3]])
})

test('an image that was imported anew with other content is decoded again', async () => {
  await prepare()
  images[1] = written(2, stripes(2, 9))
  const { decoded, pixels } = await prepare()
  expect(decoded).toBe(1)
  expect(row(pixels.file, images[1])).toEqual(await expected(images[1]))
})

test('files that are gone, changed or no images are told with the reason, and the rest is prepared', async () => {
  writeFileSync(fileOf(images[0]!), stripes(7, 7))
  rmSync(fileOf(images[1]!))
  images.push(written(5, Buffer.from('not an image')))
  const { pixels } = await prepare()
  expect(pixels.unreadable.map(({ imageId }) => imageId)).toEqual([1, 2, 5])
  expect(pixels.unreadable[0]!.reason).toBe('the file has changed since it was imported')
  expect(pixels.unreadable[1]!.reason).toBe('the file is gone')
  expect(row(pixels.file, images[2]!)).toEqual(await expected(images[2]!))
})

test('nothing outside the image’s folder is decoded in its name', async () => {
  const outside = mkdtempSync(path.join(place, 'outside-'))
  const canary = path.join(outside, 'canary.bmp')
  writeFileSync(canary, stripes(6, 6))
  const { bytes, modifiedMs, contentHash } = Object.assign(images[0]!, { contentHash: createHash('sha256').update(stripes(6, 6)).digest(), modifiedMs: statSync(canary).mtimeMs })
  rmSync(fileOf(images[0]!))
  symlinkSync(canary, fileOf(images[0]!))
  images.push({ imageId: 5, folder, path: `../${path.basename(outside)}/canary.bmp`, bytes, modifiedMs, contentHash })
  const { decoded, pixels } = await prepare()
  expect(decoded).toBe(2)
  expect(pixels.unreadable.map(({ imageId, reason }) => [imageId, reason.includes('leads out of the folder')])).toEqual([[1, true], [5, true]])
})

test('a file that was only touched is still the same image', async () => {
  writeFileSync(fileOf(images[0]!), readFileSync(fileOf(images[0]!)))
  expect((await prepare()).pixels.unreadable).toEqual([])
})

test('whatever is cut off or deleted is built again', async () => {
  const { pixels } = await prepare()
  const index = pixels.file.replace(/u8$/, 'idx')
  truncateSync(pixels.file, 3 * rowBytes + 10)
  expect((await prepare()).decoded).toBe(1)
  expect(statSync(pixels.file).size % rowBytes).toBe(0)
  truncateSync(index, 12)
  expect((await prepare()).decoded).toBe(2)
  rmSync(path.join(folder, 'cache'), { recursive: true })
  expect((await prepare()).decoded).toBe(3)
  for (const image of images) expect(row(pixels.file, image)).toEqual(await expected(image))
})

test.skipIf(process.platform === 'win32')('a row that the disk took a part of only is no row', async () => {
  // Beyond a limit of the files' size the system writes what fits and says how much, as it does on a full disk.
  const blocks = Math.ceil((1.5 * rowBytes) / 512)
  const program = path.join(folder, 'prepare.mjs')
  writeFileSync(program, `
    import { openDecoders } from '${new URL('../importer/decoders.ts', import.meta.url)}'
    import { preparePixels } from '${new URL('pixels.ts', import.meta.url)}'
    const decoders = openDecoders(1)
    const images = JSON.parse(process.argv[3]).map((image) => ({ ...image, contentHash: Buffer.from(image.contentHash, 'hex') }))
    await preparePixels(process.argv[2], images, ${JSON.stringify(shape)}, decoders).then(() => console.log('prepared'), (error) => console.log(error.code, error.message))
    await decoders.close()`)
  const given = JSON.stringify(images.map((image) => ({ ...image, contentHash: Buffer.from(image.contentHash).toString('hex') })))
  const limited = spawnSync('/bin/sh', ['-c', `ulimit -f ${blocks} && exec "$@"`, 'sh', process.execPath, program, path.join(folder, 'cache'), given], { encoding: 'utf8' })
  expect(limited.stdout, limited.stderr).toMatch(/^disk .*became larger/)
  // Makes the file's last row whole again, with whatever it holds.
  await preparePixels(path.join(folder, 'cache'), images.slice(0, 1), shape, decoders)
  const { decoded, pixels } = await prepare()
  expect(decoded).toBe(2)
  for (const image of images) expect(row(pixels.file, image)).toEqual(await expected(image))
})

test('a cancelled preparation keeps what it decoded', async () => {
  const cancelled = new AbortController()
  const preparing = preparePixels(path.join(folder, 'cache'), images, shape, { ...decoders, count: 1 }, { onProgress: (done) => done === 1 && cancelled.abort(), signal: cancelled.signal })
  await expect(preparing).rejects.toMatchObject({ code: 'cancelled' })
  expect((await prepare()).decoded).toBe(2)
})

/**
 * From a file to pixels. Every consumer - thumbnails, the viewer, the trainer - gets the same ones: first frame, upright,
 * sRGB, 8 bits, three channels, transparency laid on white.
 */
import { createHash } from 'node:crypto'
import { closeSync, fstatSync, readFileSync, readSync } from 'node:fs'
import sharp, { type Sharp } from 'sharp'
import { Failure } from '../../shared/failure.ts'
import { openPlain } from '../plainFile.ts'
import { decodeBmp, readBmpHeader } from './bmp.ts'
import type { Exif, Fit, Inspection } from './contract.ts'
import { exifOf } from './exif.ts'
import { formatOf, type Format } from './format.ts'
import { lookOf, lookSize } from './look.ts'

/** 16383 x 16383: what an image may decode to at most. */
const maxPixels = 0x3fff ** 2
const maxBytes = 512 * 2 ** 20
/** Above it an image is decoded while no other one is. */
const largePixels = 50_000_000
/** Up to it an image that is only inspected is decoded as it is. */
const keptPixels = 1_000_000
const background = { r: 255, g: 255, b: 255 }

// Every file is read once, and there is a thread for each core already.
sharp.cache(false)
sharp.concurrency(1)

interface Asked {
  readonly file: string
  readonly alone: boolean
}

/** @throws Failure `unreadable`, also where only the end of the file is missing; `busy` where `alone` must be true */
export async function inspect(asked: Asked): Promise<Inspection> {
  const { image, format, width, height, content, exif } = await load(asked)
  // Every row has to be decoded. Averaging keeps few of them in memory, but costs small images three times the decoding.
  const small = width * height <= keptPixels ? image : image.resize(lookSize.width, lookSize.height, { fit: 'fill' })
  const { data, info } = await decoded(format, small.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }))
  const { takenAt, camera } = exifOf(exif)
  const hash = new Uint8Array(createHash('sha256').update(content).digest())
  return { format, width, height, bytes: content.length, hash, takenAt, camera, ...lookOf(data, info) }
}

/** What the camera wrote beside the picture, whether the picture can be decoded or not. */
export async function cameraNotes({ file }: Pick<Asked, 'file'>): Promise<Exif> {
  const content = contentOf(file)
  const format = formatOf(content)
  return exifOf(format === 'bmp' ? undefined : (await headerOf(content, format)).exif)
}

/** uint8 [size, size, 3]; an image of exactly this size comes out as it is. */
export async function pixels({ size, fit, ...asked }: Asked & { readonly size: number; readonly fit: Fit }): Promise<Uint8Array<ArrayBuffer>> {
  const { image, format } = await load(asked)
  const square = image.resize(size, size, fit === 'pad' ? { fit: 'contain', background: { r: 0, g: 0, b: 0 } } : { fit: 'cover', position: 'centre' })
  return plainBytes(await decoded(format, square.raw({ depth: 'uchar' }).toBuffer()))
}

/** A WebP that fits into the square; lossless where it is small enough for every pixel to be looked at. */
export async function picture({ maxSide, ...asked }: Asked & { readonly maxSide: number }): Promise<Uint8Array<ArrayBuffer>> {
  const { image, format, width, height } = await load(asked)
  const fitted = image.resize(maxSide, maxSide, { fit: 'inside', withoutEnlargement: true })
  return plainBytes(await decoded(format, fitted.webp(Math.max(width, height) <= 128 ? { lossless: true } : { quality: 85 }).toBuffer()))
}

interface Loaded {
  readonly image: Sharp
  readonly format: Format
  /** As seen. */
  readonly width: number
  readonly height: number
  readonly content: Buffer
  readonly exif: Buffer | undefined
}

async function load({ file, alone }: Asked): Promise<Loaded> {
  const content = contentOf(file)
  const format = formatOf(content)
  const header = format === 'bmp' ? readBmpHeader(content) : undefined
  const { width, height, exif } = header ? { ...header, exif: undefined } : await headerOf(content, format)
  if (width * height > maxPixels) {
    throw new Failure('unreadable', `The image has ${width} x ${height} pixels; at most ${Math.floor(maxPixels / 1e6)} million are read.`)
  }
  if (width * height > largePixels && !alone) throw new Failure('busy', 'This image is so large that it has to be decoded alone.')
  const limits = { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true } as const
  const image = header ? sharp(decodeBmp(content, header), { ...limits, raw: { width, height, channels: 3 } }) : sharp(content, limits)
  return { image: image.autoOrient().flatten({ background }).toColourspace('srgb'), format, width, height, content, exif }
}

/** Synchronous, because the thread has nothing else to do and small files come ten times as fast so. */
function contentOf(file: string): Buffer {
  let opened: number | undefined
  try {
    opened = openPlain(file)
    if (opened === undefined) throw new Failure('unreadable', 'This is no ordinary file.')
    const stats = fstatSync(opened)
    if (stats.size === 0) throw new Failure('unreadable', 'The file is empty.')
    const start = Buffer.alloc(Math.min(stats.size, 512))
    readSync(opened, start, 0, start.length, 0)
    formatOf(start)
    if (stats.size > maxBytes) throw new Failure('unreadable', `The file has ${Math.round(stats.size / 2 ** 20)} MiB; at most ${maxBytes / 2 ** 20} are read.`)
    return readFileSync(opened)
  } catch (error) {
    if (error instanceof Failure) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new Failure('unreadable', code === 'ENOENT' ? 'The file is gone.' : `The file cannot be read (${code ?? String(error)}).`)
  } finally {
    if (opened !== undefined) closeSync(opened)
  }
}

async function headerOf(content: Buffer, format: Format): Promise<{ readonly width: number; readonly height: number; readonly exif: Buffer | undefined }> {
  const { autoOrient, exif } = await decoded(format, sharp(content, { limitInputPixels: false }).metadata())
  return { ...autoOrient, exif }
}

async function decoded<Result>(format: Format, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    const [words = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw new Failure('unreadable', `The ${format.toUpperCase()} is damaged or cut short (${words}).`)
  }
}

/** Without Node's Buffer around them, which is cloned between threads with its whole pool. */
function plainBytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(buffer)
}

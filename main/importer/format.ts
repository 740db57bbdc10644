/** What a file is, by its first bytes. */
import { Failure } from '../../shared/failure.ts'
import type { formats } from './contract.ts'

export type Format = (typeof formats)[number]

const signatures: readonly (readonly [format: Format, matches: (start: Buffer) => boolean])[] = [
  ['jpeg', (start) => begins(start, 0, '\xff\xd8\xff')],
  ['png', (start) => begins(start, 0, '\x89PNG\r\n\x1a\n')],
  ['webp', (start) => begins(start, 0, 'RIFF') && begins(start, 8, 'WEBP')],
  ['gif', (start) => begins(start, 0, 'GIF87a') || begins(start, 0, 'GIF89a')],
  ['tiff', (start) => ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((mark) => begins(start, 0, mark))],
  ['avif', (start) => begins(start, 4, 'ftyp') && brands(start).some((brand) => brand === 'avif' || brand === 'avis')],
  // Two letters begin many texts: the header's size must be one that exists.
  ['bmp', (start) => begins(start, 0, 'BM') && start.length >= 18 && [12, 40, 52, 56, 64, 108, 124].includes(start.readUInt32LE(14))],
]

/** Formats that are images but are not read here, for a reason that names them. */
const refused: readonly (readonly [name: string, matches: (start: Buffer) => boolean])[] = [
  ['a HEIC image', (start) => begins(start, 4, 'ftyp') && brands(start).some((brand) => /^(hei|hev|mif1|msf1)/.test(brand))],
  ['an SVG drawing', (start) => /^\s*(<\?xml[^]*)?(<!--[^]*)?(<!DOCTYPE svg[^]*)?<svg\b/i.test(text(start))],
  ['an HTML page', (start) => /^\s*(<!--[^]*?-->\s*)?<(!doctype html|html|head|body|script)\b/i.test(text(start))],
  ['a PDF document', (start) => begins(start, 0, '%PDF-')],
]

/** @throws Failure `unreadable` */
export function formatOf(start: Buffer): Format {
  const found = signatures.find(([, matches]) => matches(start))
  if (found) return found[0]
  const [name] = refused.find(([, matches]) => matches(start)) ?? ['no image']
  throw new Failure('unreadable', `The file is ${name}; JPEG, PNG, WebP, GIF, TIFF, AVIF and BMP are read.`)
}

function begins(start: Buffer, at: number, mark: string): boolean {
  return start.toString('latin1', at, at + mark.length) === mark
}

/** An ISO media file's main brand and the compatible ones. */
function brands(start: Buffer): string[] {
  const end = Math.min(start.readUInt32BE(0), start.length)
  const all = [start.toString('latin1', 8, 12)]
  for (let at = 16; at + 4 <= end; at += 4) all.push(start.toString('latin1', at, at + 4))
  return all
}

function text(start: Buffer): string {
  return start.toString('utf8', 0, 512).replace(/^\uFEFF/, '')
}

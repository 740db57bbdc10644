/** What a camera wrote into a file. It comes from strangers: nothing in it crashes, hangs or fills the memory. */
import readExif from 'exif-reader'
import type { Exif } from './contract.ts'

const maxBytes = 2 ** 20
const maxTags = 200
const maxValue = 400
const maxCamera = 120
/** Directories that lead to one another: five are usual. */
const maxDirectories = 16
const maxEntries = 2000
/** Exif IFD, GPS IFD, interoperability IFD. */
const pointers: ReadonlySet<number> = new Set([0x8769, 0x8825, 0xa005])
/** Bytes of one value, by the type's number; 7 is undefined bytes, of which no list is made. */
const sizes = [0, 1, 1, 2, 4, 8, 1, 0, 2, 4, 8]
const earliest = Date.UTC(1900, 0)
const nothing: Exif = { takenAt: null, camera: null, tags: [] }

type Tags = Readonly<Record<string, unknown>>

/** @param block an EXIF block as sharp gives it, with or without its `Exif` mark */
export function exifOf(block: Buffer | undefined): Exif {
  if (!block || !isHonest(block)) return nothing
  try {
    const { Image: image, Photo: photo, GPSInfo: place } = readExif(block)
    const parts: readonly Tags[] = [image ?? {}, photo ?? {}, place ?? {}]
    return { takenAt: takenAtOf(parts[1]!), camera: cameraOf(parts[0]!), tags: listed(parts) }
  } catch {
    // Damaged beyond what can be read of it: the picture itself may be whole.
    return nothing
  }
}

/**
 * Whether the values that the block claims fit into it. The reader makes lists as long as claimed, for each of its
 * thousands of entries: a small block could ask for gigabytes.
 */
function isHonest(block: Buffer): boolean {
  if (block.length > maxBytes) return false
  const base = block.toString('latin1', 0, 4) === 'Exif' ? 6 : 0
  if (block.length < base + 8) return false
  const isBig = block[base] === 0x4d
  const short = (at: number): number => (isBig ? block.readUInt16BE(at) : block.readUInt16LE(at))
  const long = (at: number): number => (isBig ? block.readUInt32BE(at) : block.readUInt32LE(at))
  const waiting = [long(base + 4) + base]
  for (let walked = 0; walked < waiting.length; walked++) {
    if (walked === maxDirectories) return false
    const start = waiting[walked]!
    if (start + 2 > block.length) continue
    const entries = short(start)
    if (entries > maxEntries) return false
    let claimed = 0
    let at = start + 2
    for (let n = 0; n < entries && at + 12 <= block.length; n++, at += 12) {
      const [tag, type, values] = [short(at), short(at + 2), long(at + 4)]
      claimed += (sizes[type] ?? 0) * values
      // A pointer of another type might lead the reader where this does not look.
      if (pointers.has(tag) && type !== 4 && type > 0 && type < sizes.length) return false
      if (pointers.has(tag)) waiting.push(long(at + 8) + base)
    }
    if (claimed > block.length) return false
    if (walked === 0 && at + 4 <= block.length && long(at) !== 0) waiting.push(long(at) + base)
  }
  return true
}

/** When the shutter opened. When the file was changed last says nothing of that: whoever exports a hundred gives all the same. */
function takenAtOf(photo: Tags): number | null {
  const date = photo['DateTimeOriginal'] ?? photo['DateTimeDigitized']
  if (!(date instanceof Date) || !(date.getTime() >= earliest)) return null
  const fraction = /^\d{1,9}/.exec(textOf(photo['SubSecTimeOriginal']))
  return date.getTime() + (fraction ? Math.floor(1000 * Number(`0.${fraction[0]}`)) : 0)
}

function cameraOf(image: Tags): string | null {
  const [maker, model] = [textOf(image['Make']), textOf(image['Model'])]
  // Many makers begin the model with their own name.
  const both = model.toLowerCase().startsWith(maker.toLowerCase()) ? model : `${maker} ${model}`
  return cut(both.trim(), maxCamera) || null
}

function listed(parts: readonly Tags[]): Exif['tags'] {
  const found: { name: string; value: string }[] = []
  for (const [name, value] of parts.flatMap((part) => Object.entries(part))) {
    if (found.length === maxTags) break
    // A number is a tag that no standard names.
    if (/^\d+$/.test(name) || hidden.has(name)) continue
    const words = valueWords(name, value)
    if (words) found.push({ name: nameWords(name), value: cut(words, maxValue) })
  }
  return found
}

/** Where other parts of the file lie, and what only the maker's own programs read. */
const hidden = new Set(['ExifTag', 'GPSTag', 'InteroperabilityTag', 'MakerNote', 'PrintImageMatching', 'JPEGInterchangeFormat', 'JPEGInterchangeFormatLength', 'StripOffsets', 'StripByteCounts', 'TileOffsets', 'TileByteCounts', 'XMLPacket', 'InterColorProfile'])

const plain: Readonly<Record<string, (value: number) => string>> = {
  ExposureTime: (seconds) => (seconds > 0 && seconds < 0.5 ? `1/${Math.round(1 / seconds)} s` : `${rounded(seconds)} s`),
  FNumber: (value) => `f/${rounded(value)}`,
  FocalLength: (value) => `${rounded(value)} mm`,
  FocalLengthIn35mmFilm: (value) => `${rounded(value)} mm`,
  SubjectDistance: (value) => `${rounded(value)} m`,
}

function valueWords(name: string, value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString().slice(0, 19).replace('T', ' ')
  if (typeof value === 'number') return Number.isFinite(value) ? (plain[name]?.(value) ?? rounded(value)) : ''
  if (Array.isArray(value)) {
    const numbers = value.filter((one): one is number => typeof one === 'number' && Number.isFinite(one))
    if (name.startsWith('XP')) return cleaned(Buffer.from(numbers).toString('utf16le'))
    return numbers.length > 16 ? '' : numbers.map(rounded).join(', ')
  }
  return textOf(value)
}

/** Text, whatever alphabet it was written in; nothing where it is none. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return cleaned(value)
  if (!Buffer.isBuffer(value)) return ''
  // A comment begins with eight bytes that name its alphabet.
  const content = /^(ASCII|UNICODE|JIS)?\0+$/.test(value.toString('latin1', 0, 8)) ? value.subarray(8) : value
  const text = content.toString('utf8', 0, 4 * maxValue)
  const words = cleaned(text.includes('\uFFFD') ? content.toString('latin1', 0, maxValue) : text)
  return /[\p{L}\p{N}]/u.test(words) ? words : ''
}

/** Without what is no character to be read: controls, marks that turn the direction of writing, halves of pairs. */
function cleaned(text: string): string {
  return text.slice(0, 4 * maxValue).replace(/\p{C}/gu, ' ').replace(/\s+/g, ' ').trim()
}

function cut(text: string, most: number): string {
  const characters = [...text]
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}

/** `DateTimeOriginal` as `Date time original`; abbreviations stay. */
function nameWords(name: string): string {
  const words = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2').split(' ')
  return words.map((word, n) => (n > 0 && /^[A-Z][a-z]+$/.test(word) ? word.toLowerCase() : word)).join(' ')
}

function rounded(value: number): string {
  return String(Math.round(value * 10_000) / 10_000)
}

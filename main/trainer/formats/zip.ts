/**
 * Zip archives as PyTorch writes them: entries stored, not compressed, each listed once in the directory at the end. What
 * is listed is all there is; local headers only say how far behind them an entry's bytes begin.
 */
import { crc32OfBytes } from '../crc32.ts'
import { unreadable } from './unreadable.ts'

const signatures = { local: 0x04034b50, listed: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50 } as const
const sizes = { local: 30, listed: 46, end: 22, end64: 56, locator64: 20 } as const

/** In place of a number that only the 64-bit fields hold. */
const saturated16 = 0xffff
const saturated32 = 0xffffffff
const zip64Field = 0x0001
const encrypted = 0x0001

export interface ZipEntry {
  readonly size: number
  /** A view of the archive. @throws Failure `unreadable` where the checksum is another one */
  bytes(): Uint8Array
}

/** Where an entry's local header begins, and what the directory says of it. */
interface Listed {
  readonly name: string
  readonly size: number
  readonly crc: number
  readonly offset: number
}

/** @throws Failure `unreadable` where anything is not as the format says */
export function readZip(file: Uint8Array): ReadonlyMap<string, ZipEntry> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const directory = directoryOf(view)
  const listed = listedIn(view, directory)
  const entries = new Map<string, ZipEntry>()
  let end = 0
  for (const entry of listed.sort((a, b) => a.offset - b.offset)) {
    if (entry.offset < end) throw unreadable(`its entry ${entry.name} overlaps the one before it`)
    if (entries.has(entry.name)) throw unreadable(`it has two entries ${entry.name}`)
    const from = dataPlace(view, entry, directory.offset)
    end = from + entry.size
    entries.set(entry.name, { size: entry.size, bytes: () => checkedBytes(file.subarray(from, from + entry.size), entry) })
  }
  return entries
}

function checkedBytes(bytes: Uint8Array, { name, crc }: Listed): Uint8Array {
  if (crc32OfBytes(bytes) !== crc) throw unreadable(`the checksum of its entry ${name} does not match; copy or download it again`)
  return bytes
}

/** Where the directory begins, and how many entries and bytes it has. */
function directoryOf(view: DataView): { entries: number; size: number; offset: number } {
  const end = view.byteLength - sizes.end
  if (end < 0 || view.getUint32(end, true) !== signatures.end) throw unreadable('its end is missing; copy or download it again')
  const short = { entries: view.getUint16(end + 10, true), size: view.getUint32(end + 12, true), offset: view.getUint32(end + 16, true) }
  const directory = short.entries === saturated16 || short.size === saturated32 || short.offset === saturated32 ? longDirectory(view, end - sizes.locator64) : short
  if (directory.offset + directory.size > end) throw unreadable('its directory lies outside of it')
  return directory
}

function longDirectory(view: DataView, locator: number): { entries: number; size: number; offset: number } {
  if (locator < 0 || view.getUint32(locator, true) !== signatures.locator64) throw unreadable('the place of its directory is missing')
  const end = wholeNumber(view, locator + 8)
  if (end + sizes.end64 > locator || view.getUint32(end, true) !== signatures.end64) throw unreadable('the place of its directory is wrong')
  return { entries: wholeNumber(view, end + 32), size: wholeNumber(view, end + 40), offset: wholeNumber(view, end + 48) }
}

function listedIn(view: DataView, { entries, size, offset }: { entries: number; size: number; offset: number }): Listed[] {
  if (entries * sizes.listed > size) throw unreadable(`its directory is too small for ${entries} entries`)
  const listed: Listed[] = []
  const end = offset + size
  let at = offset
  for (let n = 0; n < entries; n++) {
    if (at + sizes.listed > end || view.getUint32(at, true) !== signatures.listed) throw unreadable('its directory is damaged')
    const flags = view.getUint16(at + 8, true)
    const method = view.getUint16(at + 10, true)
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [number, number, number]
    const next = at + sizes.listed + nameLength + extraLength + commentLength
    if (next > end) throw unreadable('its directory is damaged')
    const name = textOf(view, at + sizes.listed, nameLength)
    if (flags & encrypted) throw unreadable(`its entry ${name} is encrypted`)
    if (method !== 0) throw unreadable(`its entry ${name} is compressed; PyTorch compresses nothing`)
    const { size: stored, compressed, place } = numbersOf(view, at, at + sizes.listed + nameLength, extraLength)
    if (stored !== compressed) throw unreadable(`its entry ${name} has two sizes`)
    listed.push({ name, size: stored, crc: view.getUint32(at + 16, true), offset: place })
    at = next
  }
  if (at !== end) throw unreadable('its directory holds more than its entries')
  return listed
}

/** Size, compressed size and place; those that are saturated stand in the 64-bit field, in this order. */
function numbersOf(view: DataView, at: number, extra: number, extraLength: number): { size: number; compressed: number; place: number } {
  let long = longField(view, extra, extraLength)
  const next = (short: number): number => {
    if (short !== saturated32) return short
    if (!long || long.from + 8 > long.to) throw unreadable('its directory lacks a 64-bit number')
    const value = wholeNumber(view, long.from)
    long = { from: long.from + 8, to: long.to }
    return value
  }
  const size = next(view.getUint32(at + 24, true))
  const compressed = next(view.getUint32(at + 20, true))
  return { size, compressed, place: next(view.getUint32(at + 42, true)) }
}

function longField(view: DataView, extra: number, extraLength: number): { from: number; to: number } | undefined {
  const end = extra + extraLength
  for (let at = extra; at + 4 <= end; ) {
    const to = at + 4 + view.getUint16(at + 2, true)
    if (to > end) throw unreadable('its directory is damaged')
    if (view.getUint16(at, true) === zip64Field) return { from: at + 4, to }
    at = to
  }
  return undefined
}

/** Where the bytes of an entry begin: behind its local header, and before the directory. */
function dataPlace(view: DataView, { name, size, offset }: Listed, directory: number): number {
  if (offset + sizes.local > directory || view.getUint32(offset, true) !== signatures.local) throw unreadable(`its entry ${name} is not where the directory says`)
  const nameLength = view.getUint16(offset + 26, true)
  const from = offset + sizes.local + nameLength + view.getUint16(offset + 28, true)
  if (from + size > directory) throw unreadable(`its entry ${name} goes beyond its end`)
  if (textOf(view, offset + sizes.local, nameLength) !== name) throw unreadable(`its entry ${name} has two names`)
  return from
}

function wholeNumber(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true)
  if (value > BigInt(view.byteLength)) throw unreadable('its directory names a place outside of it')
  return Number(value)
}

function textOf(view: DataView, at: number, length: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(view.buffer, view.byteOffset + at, length))
  } catch {
    throw unreadable('one of its entries has a name that is not UTF-8')
  }
}

/**
 * Zip archives as PyTorch writes them: entries stored, not compressed, each listed once in the directory at the end. What
 * is listed is all there is, one entry after the other, and what stands beside an entry says the same of it.
 */
import { crc32OfBytes } from '../crc32.ts'
import { longestName } from './numbers.ts'
import { cut, unreadable } from './unreadable.ts'

const signatures = { local: 0x04034b50, listed: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50, descriptor: 0x08074b50 } as const
const sizes = { local: 30, listed: 46, end: 22, end64: 56, locator64: 20, descriptor: 16, descriptor64: 24 } as const

/** In place of a number that only the 64-bit fields hold. */
const saturated16 = 0xffff
const saturated32 = 0xffffffff
const zip64Field = 0x0001
/** Bits of an entry's flags. */
const encrypted = 0x0001
const described = 0x0008

/** One for each storage of a network, and a few besides. */
const mostEntries = 2 ** 17

export interface ZipEntry {
  readonly size: number
  /** A view of the archive. @throws Failure `unreadable` where the checksum is another one */
  bytes(): Uint8Array
}

/** Where an entry's local header begins, and what the directory says of it. */
interface Listed {
  readonly name: string
  readonly flags: number
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
    if (entry.offset < end) throw unreadable(`its entry ${cut(entry.name)} overlaps the one before it`)
    if (entries.has(entry.name)) throw unreadable(`it has two entries ${cut(entry.name)}`)
    const from = dataPlace(view, entry, directory.offset)
    if (entry.offset > end) throw unreadable(`bytes of no entry lie before its entry ${cut(entry.name)}`)
    end = from + entry.size + descriptorBytes(view, entry, from + entry.size, directory.offset)
    entries.set(entry.name, { size: entry.size, bytes: () => checkedBytes(file.subarray(from, from + entry.size), entry) })
  }
  if (end !== directory.offset) throw unreadable('bytes of no entry lie before its directory')
  return entries
}

function checkedBytes(bytes: Uint8Array, { name, crc }: Listed): Uint8Array {
  if (crc32OfBytes(bytes) !== crc) throw unreadable(`the checksum of its entry ${cut(name)} does not match; copy or download it again`)
  return bytes
}

interface Directory {
  readonly entries: number
  readonly size: number
  readonly offset: number
}

/** Where the directory begins, and how many entries and bytes it has. */
function directoryOf(view: DataView): Directory {
  const end = view.byteLength - sizes.end
  if (end < 0 || view.getUint32(end, true) !== signatures.end) throw unreadable('its end is missing; copy or download it again')
  const [disk, directoryDisk, onDisk, entries] = [4, 6, 8, 10].map((place) => view.getUint16(end + place, true)) as [number, number, number, number]
  if (disk !== 0 || directoryDisk !== 0 || onDisk !== entries) throw unreadable('it is a part of a larger archive')
  if (view.getUint16(end + 20, true) !== 0) throw unreadable('its end announces a comment that is not there')
  const short = { entries, size: view.getUint32(end + 12, true), offset: view.getUint32(end + 16, true) }
  const locator = end - sizes.locator64
  // PyTorch writes the 64-bit numbers always, beside others that are not saturated.
  const { directory, after } = locator >= 0 && view.getUint32(locator, true) === signatures.locator64 ? longDirectory(view, locator) : { directory: short, after: end }
  const same = agrees(short.entries, directory.entries, saturated16) && agrees(short.size, directory.size, saturated32) && agrees(short.offset, directory.offset, saturated32)
  if (!same || directory.offset + directory.size !== after) throw unreadable('its directory is not where its end says')
  return directory
}

function agrees(short: number, long: number, saturated: number): boolean {
  return short === long || short === saturated
}

/** @returns the directory, and where the record that tells of it begins */
function longDirectory(view: DataView, locator: number): { directory: Directory; after: number } {
  const at = wholeNumber(view, locator + 8)
  if (at + sizes.end64 !== locator || view.getUint32(at, true) !== signatures.end64) throw unreadable('the place of its directory is wrong')
  const [entries, size, offset] = [32, 40, 48].map((place) => wholeNumber(view, at + place)) as [number, number, number]
  const disks = [view.getUint32(locator + 4, true), view.getUint32(at + 16, true), view.getUint32(at + 20, true)]
  if (disks.some((disk) => disk !== 0) || wholeNumber(view, at + 24) !== entries) throw unreadable('it is a part of a larger archive')
  return { directory: { entries, size, offset }, after: at }
}

function listedIn(view: DataView, { entries, size, offset }: Directory): Listed[] {
  if (entries > mostEntries) throw unreadable(`it has ${entries} entries; at most ${mostEntries} were expected`)
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
    if (flags & encrypted) throw unreadable(`its entry ${cut(name)} is encrypted`)
    if (method !== 0) throw unreadable(`its entry ${cut(name)} is compressed; PyTorch compresses nothing`)
    if (view.getUint16(at + 34, true) !== 0) throw unreadable(`its entry ${cut(name)} lies in another archive`)
    const [stored, compressed, place] = numbersOf(view, [at + 24, at + 20, at + 42], at + sizes.listed + nameLength, extraLength) as [number, number, number]
    if (stored !== compressed) throw unreadable(`its entry ${cut(name)} has two sizes`)
    listed.push({ name, flags, size: stored, crc: view.getUint32(at + 16, true), offset: place })
    at = next
  }
  if (at !== end) throw unreadable('its directory holds more than its entries')
  return listed
}

/** The 32-bit numbers at these places; those that are saturated stand in the 64-bit field, in this order. */
function numbersOf(view: DataView, places: readonly number[], extra: number, extraLength: number): number[] {
  let long = longField(view, extra, extraLength)
  return places.map((place) => {
    const short = view.getUint32(place, true)
    if (short !== saturated32) return short
    if (!long || long.from + 8 > long.to) throw unreadable('it lacks a 64-bit number')
    const value = wholeNumber(view, long.from)
    long = { from: long.from + 8, to: long.to }
    return value
  })
}

function longField(view: DataView, extra: number, extraLength: number): { from: number; to: number } | undefined {
  const end = extra + extraLength
  for (let at = extra; at + 4 <= end; ) {
    const to = at + 4 + view.getUint16(at + 2, true)
    if (to > end) throw unreadable('a field of one of its entries goes beyond it')
    if (view.getUint16(at, true) === zip64Field) return { from: at + 4, to }
    at = to
  }
  return undefined
}

/** Where the bytes of an entry begin: behind its local header, and before the directory. */
function dataPlace(view: DataView, { name, flags, crc, size, offset }: Listed, directory: number): number {
  if (offset + sizes.local > directory || view.getUint32(offset, true) !== signatures.local) throw unreadable(`its entry ${cut(name)} is not where the directory says`)
  const nameLength = view.getUint16(offset + 26, true)
  const extraLength = view.getUint16(offset + 28, true)
  const from = offset + sizes.local + nameLength + extraLength
  if (from + size > directory) throw unreadable(`its entry ${cut(name)} goes beyond its end`)
  if (textOf(view, offset + sizes.local, nameLength) !== name) throw unreadable(`its entry ${cut(name)} has two names`)
  const told = [view.getUint32(offset + 14, true), ...numbersOf(view, [offset + 22, offset + 18], offset + sizes.local + nameLength, extraLength)]
  // Where they were not known yet when they were written, zeros stand for them, and a descriptor follows.
  const later = (flags & described) !== 0 && told.every((number) => number === 0)
  const same = later || told.every((number, n) => number === [crc, size, size][n])
  if (view.getUint16(offset + 6, true) !== flags || view.getUint16(offset + 8, true) !== 0 || !same) throw unreadable(`its entry ${cut(name)} is not what the directory says`)
  return from
}

/** How many bytes after an entry's own tell of it once more. */
function descriptorBytes(view: DataView, { name, flags, crc, size }: Listed, at: number, directory: number): number {
  if ((flags & described) === 0) return 0
  const tells = at + sizes.descriptor <= directory && view.getUint32(at, true) === signatures.descriptor && view.getUint32(at + 4, true) === crc
  if (tells && view.getUint32(at + 8, true) === size && view.getUint32(at + 12, true) === size) return sizes.descriptor
  if (tells && at + sizes.descriptor64 <= directory && wholeNumber(view, at + 8) === size && wholeNumber(view, at + 16) === size) return sizes.descriptor64
  throw unreadable(`what follows its entry ${cut(name)} is not what the directory says`)
}

function wholeNumber(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true)
  if (value > BigInt(view.byteLength)) throw unreadable('its directory names a place outside of it')
  return Number(value)
}

function textOf(view: DataView, at: number, length: number): string {
  if (length > longestName) throw unreadable(`one of its entries has a name of ${length} bytes; at most ${longestName} were expected`)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new Uint8Array(view.buffer, view.byteOffset + at, length))
  } catch {
    throw unreadable('one of its entries has a name that is not UTF-8')
  }
}

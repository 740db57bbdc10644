/**
 * The safetensors format: the header's length (8 bytes, little-endian), a JSON header that names each tensor's type,
 * shape and place, then the values.
 */
import { bytesPerNumber, decodeNumbers, largestSize, longestName, mostAxes, numberTypes, type NumberType } from './numbers.ts'
import { quoted, unreadable } from './unreadable.ts'

/** float32 values, whichever type of float they are stored as, or int64, with their shape. */
export interface StoredTensor {
  readonly shape: readonly number[]
  readonly values: Float32Array | BigInt64Array
}

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly metadata: Readonly<Record<string, string>>
}

/** Where a tensor's bytes are, relative to the end of the header. */
interface Place {
  readonly dtype: NumberType
  readonly shape: readonly number[]
  readonly from: number
  readonly to: number
}

const lengthBytes = 8
/** Room for 100 000 tensors; the format's own reader allows 100 MB, which JSON would make gigabytes of. */
const largestHeader = 16 * 2 ** 20
/** `dtype`, `shape` and `data_offsets`. */
const keysOfEntry = 3

/** The file in pieces, to be written one after the other. */
export function encodeTensors({ tensors, metadata }: TensorFile): Uint8Array[] {
  const header: Record<string, unknown> = { __metadata__: metadata }
  const pieces: Uint8Array[] = []
  let end = 0
  for (const [name, { shape, values }] of tensors) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    header[name] = { dtype: values instanceof Float32Array ? 'F32' : 'I64', shape, data_offsets: [end, end + bytes.length] }
    pieces.push(bytes)
    end += bytes.length
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  // Spaces after the JSON bring the values to a multiple of eight, so that readers may map them.
  const start = new Uint8Array(Math.ceil((lengthBytes + json.length) / 8) * 8).fill(0x20)
  new DataView(start.buffer).setBigUint64(0, BigInt(start.length - lengthBytes), true)
  start.set(json, lengthBytes)
  return [start, ...pieces]
}

/** @throws Failure `unreadable` where anything is not as the format says */
export function decodeTensors(file: Uint8Array): TensorFile {
  const { header, payload } = split(file)
  const { __metadata__: metadata = {}, ...entries } = header
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) throw unreadable('its metadata is not text by name')
  const places = Object.entries(entries).map(([name, entry]) => [name, placeOf(name, entry, payload.length)] as const)

  let end = 0
  for (const [name, { from, to }] of places.sort(([, a], [, b]) => a.from - b.from || a.to - b.to)) {
    if (from !== end) throw unreadable(`the tensor ${quoted(name)} and what is before it overlap or leave a gap`)
    end = to
  }
  if (end !== payload.length) throw unreadable(`its last ${payload.length - end} bytes belong to no tensor`)
  return { metadata: metadata as Record<string, string>, tensors: new Map(places.map(([name, place]) => [name, tensorAt(place, payload)])) }
}

function tensorAt({ dtype, shape, from, to }: Place, payload: Uint8Array): StoredTensor {
  return { shape, values: decodeNumbers(dtype, payload.subarray(from, to)) }
}

function split(file: Uint8Array): { header: Record<string, unknown>; payload: Uint8Array } {
  if (file.length < lengthBytes) throw unreadable('it is too short')
  const length = new DataView(file.buffer, file.byteOffset, file.byteLength).getBigUint64(0, true)
  if (length > BigInt(file.length - lengthBytes)) throw unreadable('its header is longer than the file')
  if (length > BigInt(largestHeader)) throw unreadable(`its header has ${length} bytes; at most ${largestHeader} were expected`)
  const start = lengthBytes + Number(length)
  const text = decodedText(file.subarray(lengthBytes, start))
  const header = text.startsWith('{') ? parsed(text) : undefined
  if (!isRecord(header)) throw unreadable('its header is no JSON object')
  // Entries are checked to hold nothing that has keys of its own.
  const keys = Object.values(header).reduce<number>((sum, entry) => sum + (isRecord(entry) ? Object.keys(entry).length : 0), Object.keys(header).length)
  if (countKeys(text) !== keys) throw unreadable('its header has a name twice, or an entry in an entry')
  return { header, payload: file.subarray(start) }
}

function placeOf(name: string, entry: unknown, size: number): Place {
  const own = quoted(name)
  if (name.length > longestName) throw unreadable(`the tensor ${own} has a name of ${name.length} characters; at most ${longestName} were expected`)
  if (!isRecord(entry)) throw unreadable(`the tensor ${own} has no description`)
  const { dtype, shape, data_offsets: offsets } = entry
  const type = numberTypes.find((known) => known === dtype)
  if (type === undefined) throw unreadable(`the tensor ${own} has ${typeof dtype === 'string' ? `the type ${quoted(dtype)}` : 'no type'}; one of ${numberTypes.join(', ')} was expected`)
  if (!isCounts(shape) || shape.length > mostAxes) throw unreadable(`the tensor ${own} has no shape that there can be`)
  if (!isCounts(offsets) || offsets.length !== 2) throw unreadable(`the tensor ${own} has no place`)
  if (Object.keys(entry).length !== keysOfEntry) throw unreadable(`the tensor ${own} has more than a type, a shape and a place`)
  const [from, to] = offsets as [number, number]
  const bytes = shape.reduce((product, length) => product * length, bytesPerNumber[type])
  if (from > to || to > size || to - from !== bytes) throw unreadable(`the shape and the place of the tensor ${own} do not fit`)
  return { dtype: type, shape, from, to }
}

function decodedText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw unreadable('its header is not UTF-8')
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable('its header is no JSON')
  }
}

/** Names in valid JSON, whatever level they are on, equal ones counted each time: JSON.parse keeps only the last. */
function countKeys(text: string): number {
  let keys = 0
  let inText = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') inText = !inText
    else if (inText && character === '\\') at += 1
    else if (!inText && character === ':') keys += 1
  }
  return keys
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && (count as number) >= 0 && (count as number) <= largestSize)
}

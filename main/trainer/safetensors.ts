/**
 * The safetensors format: the header's length (8 bytes, little-endian), a JSON header that names each tensor's type,
 * shape and place, then the values.
 */
import { Failure } from '../../shared/failure.ts'

export type SafeType = 'F32' | 'I64'

export interface SafeTensor {
  readonly dtype: SafeType
  readonly shape: readonly number[]
  /** The values, little-endian. */
  readonly bytes: Uint8Array
}

export interface SafeTensors {
  readonly metadata: Readonly<Record<string, string>>
  readonly tensors: ReadonlyMap<string, SafeTensor>
}

const bytesOf: Readonly<Record<SafeType, number>> = { F32: 4, I64: 8 }
const lengthBytes = 8
/** What the format's own reader allows. */
const largestHeader = 100_000_000

export function floatTensor(values: Float32Array, shape: readonly number[]): SafeTensor {
  return { dtype: 'F32', shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) }
}

export function floatsOf(tensor: SafeTensor): Float32Array {
  if (tensor.dtype !== 'F32') throw new Error(`Expected F32 values, found ${tensor.dtype}.`)
  return new Float32Array(tensor.bytes.slice().buffer)
}

export function encodeSafetensors({ metadata, tensors }: SafeTensors): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let end = 0
  for (const [name, { dtype, shape, bytes }] of tensors) {
    header[name] = { dtype, shape, data_offsets: [end, end + bytes.length] }
    end += bytes.length
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const start = Math.ceil((lengthBytes + json.length) / 8) * 8
  const file = new Uint8Array(start + end).fill(0x20, 0, start)
  new DataView(file.buffer).setBigUint64(0, BigInt(start - lengthBytes), true)
  file.set(json, lengthBytes)
  let place = start
  for (const { bytes } of tensors.values()) {
    file.set(bytes, place)
    place += bytes.length
  }
  return file
}

/** @throws Failure `unreadable` where anything is not as the format says */
export function decodeSafetensors(file: Uint8Array): SafeTensors {
  const { header, payload } = split(file)
  const { __metadata__: metadata = {}, ...entries } = header
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) throw unreadable('its metadata is not text by name')
  const tensors = new Map(Object.entries(entries).map(([name, entry]) => [name, tensorOf(name, entry, payload)] as const))

  let end = 0
  const places = Object.values(entries).map((entry) => (entry as { data_offsets: [number, number] }).data_offsets)
  for (const [from, to] of places.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (from !== end) throw unreadable('its tensors overlap or leave gaps')
    end = to
  }
  if (end !== payload.length) throw unreadable('its length is not what the header says')
  return { metadata: metadata as Record<string, string>, tensors }
}

function split(file: Uint8Array): { header: Record<string, unknown>; payload: Uint8Array } {
  if (file.length < lengthBytes) throw unreadable('it is too short')
  const length = new DataView(file.buffer, file.byteOffset, file.byteLength).getBigUint64(0, true)
  if (length > BigInt(Math.min(largestHeader, file.length - lengthBytes))) throw unreadable('its header is longer than the file')
  const start = lengthBytes + Number(length)
  const text = decodedText(file.subarray(lengthBytes, start))
  const header = parsed(text)
  if (!isRecord(header)) throw unreadable('its header is no JSON object')
  if (countKeys(text) !== Object.keys(header).length) throw unreadable('its header names a tensor twice')
  return { header, payload: file.subarray(start) }
}

function tensorOf(name: string, entry: unknown, payload: Uint8Array): SafeTensor {
  if (!isRecord(entry)) throw unreadable(`${name} has no description`)
  const { dtype, shape, data_offsets: offsets } = entry
  if (dtype !== 'F32' && dtype !== 'I64') throw unreadable(`${name} has the type ${JSON.stringify(dtype)}; F32 or I64 was expected`)
  if (!isCounts(shape)) throw unreadable(`${name} has no shape`)
  if (!isCounts(offsets) || offsets.length !== 2) throw unreadable(`${name} has no place`)
  const [from, to] = offsets as [number, number]
  const bytes = shape.reduce((product, size) => product * size, bytesOf[dtype])
  if (from > to || to > payload.length || to - from !== bytes) throw unreadable(`${name} does not fit its place`)
  return { dtype, shape, bytes: payload.subarray(from, to) }
}

function decodedText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
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

/** Names on the first level of valid JSON, equal ones counted each time: JSON.parse keeps only the last. */
function countKeys(text: string): number {
  let depth = 0
  let keys = 0
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    else if (depth === 1 && token.endsWith(':')) keys += 1
  }
  return keys
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && (count as number) >= 0)
}

function unreadable(why: string): Failure {
  return new Failure('unreadable', `The weights file cannot be read: ${why}.`)
}

/**
 * PyTorch's files: a zip archive with a pickle that describes the tensors and their numbers beside it, and the older form,
 * five pickles and then the numbers. The tensors are those of the `state_dict`, or of the dictionary itself.
 */
import type { StoredTensor } from './safetensors.ts'
import { bytesPerNumber, decodeNumbers, longestName } from './numbers.ts'
import { unpickle } from './pickle.ts'
import { isTensor, type Pickled, type PickledStorage, type PickledTensor } from './pickled.ts'
import { cut, quoted, unreadable } from './unreadable.ts'
import { readZip } from './zip.ts'

/** Pickled with protocol 2: the number 0x1950a86a20f9469cfc6c. */
const oldStart = Uint8Array.of(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e)
const oldVersion = 1001
const zipStart = Uint8Array.of(0x50, 0x4b, 3, 4)

/** A storage's bytes. */
type Bytes = (storage: PickledStorage) => Uint8Array

export function isPth(file: Uint8Array): boolean {
  return startsWith(file, zipStart) || startsWith(file, oldStart)
}

/** @throws Failure `unsupported` where the file holds more than tensors, `unreadable` where it is damaged */
export function decodePth(file: Uint8Array): ReadonlyMap<string, StoredTensor> {
  const { value, bytes } = startsWith(file, zipStart) ? zipped(file) : old(file)
  const tensors = new Map<string, StoredTensor>()
  let numbers = 0
  for (const [name, tensor] of stateDictOf(value)) {
    // Many views of one large storage would need memory and time that the file's own size does not speak of.
    numbers += Math.max(sizeOf(tensor.shape), spanOf(tensor))
    if (!(numbers <= file.length)) throw unreadable('its tensors hold more numbers than the file has')
    tensors.set(name, { shape: tensor.shape, values: valuesOf(name, tensor, bytes) })
  }
  return tensors
}

/** `ROOT/data.pkl`, and `ROOT/data/KEY` for every storage. */
function zipped(file: Uint8Array): { value: Pickled; bytes: Bytes } {
  const entries = readZip(file)
  const pickles = [...entries.keys()].filter((name) => /^[^/\\]+\/data\.pkl$/.test(name))
  if (pickles.length !== 1) throw unreadable(`it is a zip archive with ${pickles.length} entries data.pkl in its first folder; PyTorch's has one`)
  const [pickle] = pickles
  const root = pickle!.slice(0, -'data.pkl'.length)
  const order = entries.get(`${root}byteorder`)?.bytes()
  if (order && new TextDecoder().decode(order) !== 'little') throw unreadable('its numbers are not in little-endian order')
  const source = entries.get(pickle!)!.bytes()
  const { value, end } = unpickle(source)
  if (end !== source.length) throw unreadable('bytes follow its pickle')
  const checked = new Map<string, Uint8Array>()
  return {
    value,
    bytes({ key }) {
      const entry = entries.get(`${root}data/${key}`)
      if (!entry) throw unreadable(`its entry ${quoted(`data/${key}`)} is missing`)
      const known = checked.get(key) ?? entry.bytes()
      checked.set(key, known)
      return known
    },
  }
}

/** Pickles of a mark, a version, the machine, the value and the storages' keys; then each storage, its length before it. */
function old(file: Uint8Array): { value: Pickled; bytes: Bytes } {
  const version = unpickle(file, oldStart.length)
  if (version.value !== oldVersion) throw unreadable('it has a version that is not known')
  const machine = unpickle(file, version.end)
  if (!(machine.value instanceof Map) || machine.value.get('little_endian') !== true) throw unreadable('its numbers are not in little-endian order')
  const { value, end } = unpickle(file, machine.end)
  const keys = unpickle(file, end)
  if (!Array.isArray(keys.value)) throw unreadable('it does not list its storages')
  const types = new Map(storagesIn(value).map((storage) => [storage.key, storage.type]))
  const places = new Map<string, Uint8Array>()
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  let at = keys.end
  for (const key of keys.value) {
    const type = typeof key === 'string' ? types.get(key) : undefined
    if (type === undefined || places.has(key as string)) throw unreadable('it lists a storage that no tensor has, or one twice')
    if (at + 8 > file.length) throw unreadable('it ends too early')
    const length = view.getBigUint64(at, true) * BigInt(bytesPerNumber[type])
    if (length > BigInt(file.length - at - 8)) throw unreadable('it ends too early')
    places.set(key as string, file.subarray(at + 8, at + 8 + Number(length)))
    at += 8 + Number(length)
  }
  if (at !== file.length) throw unreadable('bytes follow its last storage')
  return {
    value,
    bytes({ key }) {
      const place = places.get(key)
      if (!place) throw unreadable(`its storage ${quoted(key)} is missing`)
      return place
    },
  }
}

/** Of every tensor in dictionaries and lists, each looked into once. */
function storagesIn(root: Pickled): PickledStorage[] {
  const seen = new Set<Pickled>()
  const waiting = [root]
  const storages: PickledStorage[] = []
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (seen.has(value)) continue
    seen.add(value)
    if (isTensor(value)) storages.push(value.storage)
    else if (value instanceof Map) for (const item of value.values()) waiting.push(item)
    else if (Array.isArray(value)) for (const item of value) waiting.push(item)
  }
  return storages
}

function stateDictOf(value: Pickled): Map<string, PickledTensor> {
  const outer = value instanceof Map ? value : new Map<Pickled, Pickled>()
  const inner = outer.get('state_dict') ?? outer.get('model') ?? outer
  if (!(inner instanceof Map) || inner.size === 0) throw unreadable('it holds no state_dict: a dictionary of tensors by name was expected')
  const tensors = new Map<string, PickledTensor>()
  for (const [name, tensor] of inner) {
    if (typeof name !== 'string' || !isTensor(tensor)) throw unreadable(`it holds no state_dict: ${quoted(String(name))} is no tensor`)
    if (name.length > longestName) throw unreadable(`the tensor ${quoted(name)} has a name of ${name.length} characters; at most ${longestName} were expected`)
    tensors.set(name, tensor)
  }
  return tensors
}

function valuesOf(name: string, { storage, offset, shape, strides }: PickledTensor, bytesOf: Bytes): StoredTensor['values'] {
  const bytes = bytesOf(storage)
  const width = bytesPerNumber[storage.type]
  if (bytes.length !== storage.count * width) throw unreadable(`the numbers of ${cut(name)} are ${bytes.length} bytes; ${storage.count * width} were expected`)
  const size = sizeOf(shape)
  const end = offset + spanOf({ shape, strides })
  if (size > storage.count || !(end <= storage.count)) throw unreadable(`the shape and the place of ${cut(name)} do not fit its storage`)
  const numbers = decodeNumbers(storage.type, bytes.subarray(offset * width, end * width))
  return isContiguous(shape, strides) ? numbers : gathered(numbers, shape, strides)
}

/** Of the storage's numbers, how many lie from a view's first to its last. */
function spanOf({ shape, strides }: Pick<PickledTensor, 'shape' | 'strides'>): number {
  return shape.includes(0) ? 0 : shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis]!, 1)
}

/** Row-major, without gaps; the strides of axes of one, or of nothing at all, do not matter. */
function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis]! > 1 && strides[axis] !== expected) return shape.includes(0)
    expected *= shape[axis]!
  }
  return true
}

/** A view's span in row-major order: a transposed matrix, a convolution in channels-last layout. */
function gathered(numbers: Float32Array | BigInt64Array, shape: readonly number[], strides: readonly number[]): Float32Array | BigInt64Array {
  const places = new Uint32Array(sizeOf(shape))
  const index = shape.map(() => 0)
  for (let n = 0, place = 0; n < places.length; n++) {
    places[n] = place
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]! += 1
      place += strides[axis]!
      if (index[axis]! < shape[axis]!) break
      place -= shape[axis]! * strides[axis]!
      index[axis] = 0
    }
  }
  return numbers instanceof Float32Array ? Float32Array.from(places, (place) => numbers[place]!) : BigInt64Array.from(Array.from(places, (place) => numbers[place]!))
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

function startsWith(file: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, n) => file[n] === byte)
}

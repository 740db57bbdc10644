/**
 * Python's pickle, as far as `torch.save` needs it for tensors in dictionaries and lists. Nothing is ever called or
 * imported: the few globals below are marks in the data, and REDUCE takes apart what three of them are given. Every other
 * operation and every other global is refused by its name.
 */
import { Failure } from '../../../shared/failure.ts'
import type { NumberType } from './numbers.ts'
import { operationNames, operations } from './pickleOperations.ts'
import { unreadable } from './unreadable.ts'

/** Numbers that lie elsewhere in the file. */
export interface PickledStorage {
  readonly kind: 'storage'
  readonly type: NumberType
  readonly key: string
  readonly count: number
}

/** A view of a storage. */
export interface PickledTensor {
  readonly kind: 'tensor'
  readonly storage: PickledStorage
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
}

interface Global {
  readonly kind: 'global'
  readonly name: string
}

export type Pickled = null | boolean | number | string | Pickled[] | Map<Pickled, Pickled> | Global | PickledStorage | PickledTensor

const storageTypes: Readonly<Record<string, NumberType>> = {
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.DoubleStorage': 'F64',
  'torch.LongStorage': 'I64',
}
const rebuildTensor = 'torch._utils._rebuild_tensor_v2'
const rebuildParameter = 'torch._utils._rebuild_parameter'
const orderedDict = 'collections.OrderedDict'
const globals: ReadonlySet<string> = new Set([rebuildTensor, rebuildParameter, orderedDict, ...Object.keys(storageTypes)])

const newline = 0x0a
const longestGlobal = 256

/**
 * Reads one pickle.
 * @returns its value, and where it ends
 * @throws Failure `unsupported` for an operation or a global that is not about tensors; `unreadable` where it is damaged
 */
export function unpickle(bytes: Uint8Array, start = 0): { readonly value: Pickled; readonly end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const stack: Pickled[] = []
  /** Sizes of the stack where a MARK stands. */
  const marks: number[] = []
  const memo = new Map<number, Pickled>()
  let at = start

  /** The next bytes' place. */
  const take = (count: number): number => {
    if (count > bytes.length - at) throw unreadable('its pickle ends too early')
    at += count
    return at - count
  }
  const pop = (): Pickled => {
    if (stack.length <= (marks[marks.length - 1] ?? 0)) throw unreadable('its pickle takes more values than it has')
    return stack.pop()!
  }
  const poppedToMark = (): Pickled[] => {
    const mark = marks.pop()
    if (mark === undefined) throw unreadable('its pickle lacks a mark')
    return stack.splice(mark)
  }
  const popped = (count: number): Pickled[] => Array.from({ length: count }, pop).reverse()
  const top = (): Pickled => {
    const value = pop()
    stack.push(value)
    return value
  }
  const line = (): string => {
    const end = bytes.subarray(at, at + longestGlobal).indexOf(newline)
    if (end < 0) throw unreadable('its pickle has a name without end')
    const place = take(end + 1)
    return textOf(bytes.subarray(place, place + end))
  }
  const recall = (index: number): Pickled => {
    const value = memo.get(index)
    if (value === undefined) throw unreadable('its pickle refers to a value that it does not have')
    return value
  }
  const remember = (index: number): void => {
    memo.set(index, top())
  }

  for (;;) {
    const operation = bytes[take(1)]!
    switch (operation) {
      case operations.PROTO:
        if (bytes[take(1)]! > 5) throw unreadable('its pickle has a version that is not known')
        break
      case operations.STOP: {
        const value = pop()
        if (stack.length > 0 || marks.length > 0) throw unreadable('its pickle leaves values behind')
        return { value, end: at }
      }
      case operations.MARK:
        marks.push(stack.length)
        break
      case operations.NONE:
        stack.push(null)
        break
      case operations.NEWTRUE:
      case operations.NEWFALSE:
        stack.push(operation === operations.NEWTRUE)
        break
      case operations.BININT:
        stack.push(view.getInt32(take(4), true))
        break
      case operations.BININT1:
        stack.push(bytes[take(1)]!)
        break
      case operations.BININT2:
        stack.push(view.getUint16(take(2), true))
        break
      case operations.LONG1: {
        const length = bytes[take(1)]!
        const place = take(length)
        stack.push(longOf(bytes.subarray(place, place + length)))
        break
      }
      case operations.BINFLOAT:
        stack.push(view.getFloat64(take(8), false))
        break
      case operations.BINUNICODE: {
        const length = view.getUint32(take(4), true)
        const place = take(length)
        stack.push(textOf(bytes.subarray(place, place + length)))
        break
      }
      case operations.BINPUT:
        remember(bytes[take(1)]!)
        break
      case operations.LONG_BINPUT:
        remember(view.getUint32(take(4), true))
        break
      case operations.BINGET:
        stack.push(recall(bytes[take(1)]!))
        break
      case operations.LONG_BINGET:
        stack.push(recall(view.getUint32(take(4), true)))
        break
      case operations.EMPTY_TUPLE:
      case operations.EMPTY_LIST:
        stack.push([])
        break
      case operations.TUPLE:
        stack.push(poppedToMark())
        break
      case operations.TUPLE1:
        stack.push(popped(1))
        break
      case operations.TUPLE2:
        stack.push(popped(2))
        break
      case operations.TUPLE3:
        stack.push(popped(3))
        break
      case operations.APPEND:
        append([pop()], top())
        break
      case operations.APPENDS:
        append(poppedToMark(), top())
        break
      case operations.EMPTY_DICT:
        stack.push(new Map())
        break
      case operations.SETITEM:
        setItems(popped(2), top())
        break
      case operations.SETITEMS:
        setItems(poppedToMark(), top())
        break
      case operations.GLOBAL:
        stack.push(globalOf(`${line()}.${line()}`))
        break
      case operations.BINPERSID:
        stack.push(storageOf(pop()))
        break
      case operations.REDUCE: {
        const given = pop()
        stack.push(reduced(pop(), given))
        break
      }
      case operations.BUILD:
        // What a state_dict carries beside its tensors: the versions of its modules.
        pop()
        if (!(top() instanceof Map)) throw unreadable('its pickle gives attributes to what has none')
        break
      default:
        throw refused(`the operation ${operationNames.get(operation) ?? `0x${operation.toString(16)}`}`)
    }
  }
}

function globalOf(name: string): Global {
  if (!globals.has(name)) throw refused(JSON.stringify(name).slice(1, -1))
  return { kind: 'global', name }
}

/** ('storage', type, key, device, count); files from before PyTorch 1.6 add None. */
function storageOf(id: Pickled): PickledStorage {
  if (!Array.isArray(id)) throw unreadable('its pickle has a storage without a description')
  const [kind, type, key, , count, view = null] = id
  const numbers = isGlobal(type) ? storageTypes[type.name] : undefined
  if (kind !== 'storage' || numbers === undefined || typeof key !== 'string' || !isCount(count) || view !== null) throw unreadable('its pickle describes a storage in a way that is not known')
  return { kind: 'storage', type: numbers, key, count }
}

function reduced(called: Pickled, given: Pickled): Pickled {
  if (!isGlobal(called) || !Array.isArray(given)) throw unreadable('its pickle calls what is no function')
  if (called.name === orderedDict && given.length === 0) return new Map()
  if (called.name === rebuildParameter && isTensor(given[0])) return given[0]
  if (called.name === rebuildTensor) {
    const [storage, offset, shape, strides] = given
    if (isStorage(storage) && isCount(offset) && isCounts(shape) && isCounts(strides) && shape.length === strides.length) return { kind: 'tensor', storage, offset, shape, strides }
  }
  throw unreadable(`its pickle gives ${called.name} what it does not take`)
}

function append(values: readonly Pickled[], list: Pickled): void {
  if (!Array.isArray(list)) throw unreadable('its pickle appends to what is no list')
  for (const value of values) list.push(value)
}

function setItems(items: readonly Pickled[], map: Pickled): void {
  if (!(map instanceof Map) || items.length % 2 !== 0) throw unreadable('its pickle sets items of what is no dictionary')
  for (let n = 0; n < items.length; n += 2) {
    const key = items[n]!
    if (typeof key === 'object' && key !== null) throw unreadable('its pickle has a dictionary with a key that is no text or number')
    if (map.has(key)) throw unreadable(`its pickle names ${JSON.stringify(key)} twice`)
    map.set(key, items[n + 1]!)
  }
}

/** Little-endian, in two's complement; none is longer than eight bytes but the mark of an old file, which is not read here. */
function longOf(bytes: Uint8Array): number {
  if (bytes.length > 8) throw unreadable('its pickle has a number of more than eight bytes')
  let value = 0n
  for (const [n, byte] of bytes.entries()) value |= BigInt(byte) << BigInt(8 * n)
  return Number(BigInt.asIntN(8 * bytes.length, value))
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw unreadable('its pickle has a text that is not UTF-8')
  }
}

/** What is in the way, and how to get round it. */
function refused(what: string): Failure {
  return new Failure('unsupported', `The weights file holds more than tensors: ${what} was refused, and nothing of it was run. Save the weights alone, in Python on a machine where the file is trusted: torch.save({"state_dict": torch.load(FILE, weights_only=False)["state_dict"]}, "weights.pth").`)
}

function isGlobal(value: Pickled | undefined): value is Global {
  return isRecord(value) && value.kind === 'global'
}

function isStorage(value: Pickled | undefined): value is PickledStorage {
  return isRecord(value) && value.kind === 'storage'
}

export function isTensor(value: Pickled | undefined): value is PickledTensor {
  return isRecord(value) && value.kind === 'tensor'
}

function isRecord(value: Pickled | undefined): value is Global | PickledStorage | PickledTensor {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map)
}

function isCount(value: Pickled | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isCounts(value: Pickled | undefined): value is number[] {
  return Array.isArray(value) && value.every(isCount)
}

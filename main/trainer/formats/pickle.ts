/**
 * Python's pickle, as far as `torch.save` needs it for tensors in dictionaries and lists. Nothing is ever called or
 * imported: the few globals below are marks in the data, and REDUCE takes apart what three of them are given. Every other
 * operation and every other global is refused by its name.
 */
import { globalOf, reduced, storageOf, type Pickled } from './pickled.ts'
import { operationNames, operations } from './pickleOperations.ts'
import { refusedOperation, tooLarge } from './pickleRefusals.ts'
import { quoted, unreadable } from './unreadable.ts'

const newline = 0x0a
const longestGlobal = 256

/**
 * Far beyond what thousands of tensors need. Without bounds, a byte of a pickle asks for hundreds in memory: every one of
 * them can be a dictionary.
 */
const largestPickle = 8 * 2 ** 20
const mostObjects = 2 ** 17

/**
 * Reads one pickle.
 * @returns its value, and where it ends
 * @throws Failure `unsupported` for an operation or a global that is not about tensors, and where it is too large; `unreadable` where it is damaged
 */
export function unpickle(bytes: Uint8Array, start = 0): { readonly value: Pickled; readonly end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const stack: Pickled[] = []
  /** Sizes of the stack where a MARK stands. */
  const marks: number[] = []
  const memo = new Map<number, Pickled>()
  let at = start
  let objects = 0

  /** Puts what takes memory of its own onto the stack. */
  const pushMade = (value: Pickled): void => {
    objects += 1
    if (objects > mostObjects) throw tooLarge(`more than ${mostObjects} lists, dictionaries and tensors`)
    stack.push(value)
  }
  /** The next bytes' place. */
  const take = (count: number): number => {
    if (count > bytes.length - at) throw unreadable('its pickle ends too early')
    at += count
    if (at - start > largestPickle) throw tooLarge(`more than ${largestPickle} bytes`)
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
        pushMade([])
        break
      case operations.TUPLE:
        pushMade(poppedToMark())
        break
      case operations.TUPLE1:
        pushMade(popped(1))
        break
      case operations.TUPLE2:
        pushMade(popped(2))
        break
      case operations.TUPLE3:
        pushMade(popped(3))
        break
      case operations.APPEND:
        append([pop()], top())
        break
      case operations.APPENDS:
        append(poppedToMark(), top())
        break
      case operations.EMPTY_DICT:
        pushMade(new Map())
        break
      case operations.SETITEM:
        setItems(popped(2), top())
        break
      case operations.SETITEMS:
        setItems(poppedToMark(), top())
        break
      case operations.GLOBAL:
        pushMade(globalOf(`${line()}.${line()}`))
        break
      case operations.BINPERSID:
        pushMade(storageOf(pop()))
        break
      case operations.REDUCE: {
        const given = pop()
        pushMade(reduced(pop(), given))
        break
      }
      case operations.BUILD:
        // What a state_dict carries beside its tensors: the versions of its modules.
        pop()
        if (!(top() instanceof Map)) throw unreadable('its pickle gives attributes to what has none')
        break
      default:
        throw refusedOperation(operationNames.get(operation) ?? `0x${operation.toString(16)}`)
    }
  }
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
    if (map.has(key)) throw unreadable(`its pickle names ${quoted(String(key))} twice`)
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
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw unreadable('its pickle has a text that is not UTF-8')
  }
}

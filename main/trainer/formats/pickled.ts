/** What a pickle of tensors is made of; whatever else it names is refused. */
import { largestSize, mostAxes, type NumberType } from './numbers.ts'
import { refusedGlobal } from './pickleRefusals.ts'
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

/** Tuples are lists. */
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

/** @throws Failure `unsupported` for one that is not about tensors that are read here */
export function globalOf(name: string): Global {
  if (!globals.has(name)) throw refusedGlobal(JSON.stringify(name).slice(1, -1))
  return { kind: 'global', name }
}

/** ('storage', type, key, device, count); files from before PyTorch 1.6 add None. */
export function storageOf(id: Pickled): PickledStorage {
  if (!Array.isArray(id)) throw unreadable('its pickle has a storage without a description')
  const [kind, type, key, , count, view = null, ...surplus] = id
  const numbers = isGlobal(type) ? storageTypes[type.name] : undefined
  if (kind !== 'storage' || numbers === undefined || typeof key !== 'string' || !isCount(count) || view !== null || surplus.length > 0) throw unreadable('its pickle describes a storage in a way that is not known')
  return { kind: 'storage', type: numbers, key, count }
}

/** What Python would call a function for. @throws Failure `unreadable` where the arguments are not those that it is given */
export function reduced(called: Pickled, given: Pickled): Pickled {
  if (!isGlobal(called) || !Array.isArray(given)) throw unreadable('its pickle calls what is no function')
  if (called.name === orderedDict && given.length === 0) return new Map()
  if (called.name === rebuildParameter) {
    const [tensor, requiresGradient, hooks, ...surplus] = given
    if (isTensor(tensor) && isAside(requiresGradient, hooks, surplus)) return tensor
  }
  if (called.name === rebuildTensor) {
    // Marks, where there are any, change the values: a tensor may be stored as its negative.
    const [storage, offset, shape, strides, requiresGradient, hooks, marks = null, ...surplus] = given
    if (isStorage(storage) && isCount(offset) && isCounts(shape) && isCounts(strides) && shape.length === strides.length && isAside(requiresGradient, hooks, surplus) && (marks === null || isEmptyMap(marks))) {
      return { kind: 'tensor', storage, offset, shape, strides }
    }
  }
  throw unreadable(`its pickle gives ${called.name} what it does not take`)
}

/** What training needs of a tensor, and nothing after it. */
function isAside(requiresGradient: Pickled | undefined, hooks: Pickled | undefined, surplus: readonly Pickled[]): boolean {
  return typeof requiresGradient === 'boolean' && isEmptyMap(hooks) && surplus.length === 0
}

function isEmptyMap(value: Pickled | undefined): boolean {
  return value instanceof Map && value.size === 0
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
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= largestSize
}

function isCounts(value: Pickled | undefined): value is number[] {
  return Array.isArray(value) && value.length <= mostAxes && value.every(isCount)
}

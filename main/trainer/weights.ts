/** Weights under the authors' names and in their layout: convolutions [out, in, h, w] where TensorFlow has [h, w, in, out]. */
import type { Shape } from './graph/graph.ts'
import type { StoredTensor } from './formats/safetensors.ts'

/** The shape that PyTorch gives a variable of this shape. */
export function authorsShape(shape: Shape): Shape {
  if (shape.length !== 4) return shape
  const [height, width, inside, out] = shape
  return [out!, inside!, height!, width!]
}

/** Values laid out as TensorFlow's `shape` says, in PyTorch's layout. */
export function toAuthors(values: Float32Array, shape: Shape): Float32Array {
  if (shape.length !== 4) return values
  const result = new Float32Array(values.length)
  eachPlace(shape, (ours, theirs) => {
    result[theirs] = values[ours]!
  })
  return result
}

/** The way back. */
export function fromAuthors(values: Float32Array, shape: Shape): Float32Array {
  if (shape.length !== 4) return values
  const result = new Float32Array(values.length)
  eachPlace(shape, (ours, theirs) => {
    result[ours] = values[theirs]!
  })
  return result
}

/** Every number's place in [h, w, in, out], in order, and in [out, in, h, w]. */
function eachPlace([height, width, inside, out]: Shape, visit: (ours: number, theirs: number) => void): void {
  let ours = 0
  for (let h = 0; h < height!; h++) {
    for (let w = 0; w < width!; w++) {
      for (let i = 0; i < inside!; i++) {
        for (let o = 0; o < out!; o++, ours++) visit(ours, ((o * inside! + i) * height! + h) * width! + w)
      }
    }
  }
}

/** A run's state as it is stored, in the authors' layout, with the training batches that PyTorch counts at each batch norm. */
export function storedFrom(state: ReadonlyMap<string, Float32Array>, shapes: ReadonlyMap<string, Shape>, batchesTracked: number): Map<string, StoredTensor> {
  const stored = new Map<string, StoredTensor>()
  for (const [name, values] of state) {
    const shape = shapes.get(name)!
    stored.set(name, { shape: authorsShape(shape), values: toAuthors(values, shape) })
    if (name.endsWith('.running_var')) stored.set(name.replace(/running_var$/, 'num_batches_tracked'), { shape: [], values: BigInt64Array.of(BigInt(batchesTracked)) })
  }
  return stored
}

/** How many training batches its batch norms have seen; 0 where nobody counted. */
export function trackedBatches(stored: ReadonlyMap<string, StoredTensor>): number {
  for (const [name, { values }] of stored) if (name.endsWith('.num_batches_tracked')) return Number(values[0])
  return 0
}

/** The state again; counts, which are whole numbers, are no part of it. */
export function stateFrom(tensors: ReadonlyMap<string, StoredTensor>): Map<string, Float32Array> {
  const state = new Map<string, Float32Array>()
  for (const [name, { shape, values }] of tensors) if (values instanceof Float32Array) state.set(name, fromAuthors(values, tensorFlowShape(shape)))
  return state
}

/** [out, in, h, w] -> [h, w, in, out] */
function tensorFlowShape(shape: Shape): Shape {
  if (shape.length !== 4) return shape
  const [out, inside, height, width] = shape
  return [height!, width!, inside!, out!]
}

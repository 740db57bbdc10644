/** How a run starts: every value drawn from the seed and the variable's name. */
import { sizeOf } from './graph/graph.ts'
import type { ModelVariable } from './models/layers.ts'
import { crc32 } from './crc32.ts'
import { normalOf, purposes, randomWord, uniformOf, withKey } from './random.ts'

export function initialValues({ name, shape, initial }: Pick<ModelVariable, 'name' | 'shape' | 'initial'>, seed: number): Float32Array {
  const size = sizeOf(shape)
  const start = randomWord(purposes.weights, seed, crc32(name))
  const drawn = (draw: (word: number) => number): Float32Array => {
    const values = new Float32Array(size)
    for (let n = 0; n < size; n++) values[n] = draw(withKey(start, n))
    return values
  }
  const uniformly = (bound: number): Float32Array => drawn((word) => (2 * uniformOf(word) - 1) * bound)
  switch (initial.kind) {
    case 'fill':
      return new Float32Array(size).fill(initial.value)
    case 'uniform':
      return uniformly(initial.bound)
    case 'kaiming': {
      // Keeps the size of activations through ReLUs (He et al. 2015).
      const deviation = Math.sqrt(2 / initial.fan)
      return drawn((word) => normalOf(word) * deviation)
    }
    case 'unit-columns':
      return unitColumns(uniformly(1), shape[1]!)
  }
}

/** A matrix whose columns are scaled to an L2 norm of 1. */
function unitColumns(values: Float32Array, columns: number): Float32Array {
  const squares = new Float64Array(columns)
  for (const [n, value] of values.entries()) squares[n % columns]! += value * value
  return values.map((value, n) => value / Math.sqrt(squares[n % columns]!))
}

/** Runs a graph. Variables live as long as the session. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Failure } from '../../../shared/failure.ts'
import { dataTypeNumbers, encodeSavedModel, tensorName } from './encode.ts'
import { sizeOf, unknownSize, type Graph, type Shape, type Tensor } from './graph.ts'
import type { Binding } from './native.ts'

export type Values = Float32Array | Int32Array | Uint8Array

export interface Session {
  /**
   * Runs what the fetches need.
   * @param feeds a value for each placeholder they need; the size of an unknown first axis follows from its length
   * @throws Failure `out-of-memory` where the device has none left
   */
  run(feeds: Iterable<readonly [Tensor, Values]>, fetches: readonly Tensor[]): Values[]
  close(): void
}

const tag = 'graph'

export function openSession(binding: Binding, graph: Graph): Session {
  return sessionOf(binding, load(binding, graph))
}

/** A session of a SavedModel that was written as a folder; tensors are fed and fetched by the names that the graph gave them. */
export function openSavedModel(binding: Binding, folder: string, of: string): Session {
  return sessionOf(binding, binding.loadSavedModel(folder, of))
}

function sessionOf(binding: Binding, id: number): Session {
  return {
    run(feeds, fetches) {
      const tensors: number[] = []
      const names: string[] = []
      const results: number[] = []
      try {
        for (const [tensor, values] of feeds) {
          tensors.push(binding.createTensor(fedShape(tensor, values), dataTypeNumbers[tensor.dtype], unaligned(values)))
          names.push(tensorName(tensor))
        }
        const infos = binding.runSavedModel(id, tensors, names.join(), fetches.map(tensorName).join())
        results.push(...infos.map((info) => info.id))
        return results.map((result) => binding.tensorDataSync(result))
      } catch (error) {
        throw asFailure(error)
      } finally {
        for (const tensor of [...tensors, ...results]) binding.deleteTensor(tensor)
      }
    },
    close: () => binding.deleteSavedModel(id),
  }
}

/** The addon reads graphs from folders only. */
function load(binding: Binding, graph: Graph): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'ride-graph-'))
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), encodeSavedModel(graph, tag))
    return binding.loadSavedModel(folder, tag)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * The same values at an address that is no multiple of 16, which TensorFlow copies at once. Any other it would share: a
 * variable that is assigned them holds JavaScript's memory, and whichever of TensorFlow's threads lets go of it last calls
 * back into V8, which only its own thread may do. Two such calls at a time break its heap, and the process ends somewhere else.
 */
function unaligned(values: Values): Values {
  const { buffer } = Buffer.allocUnsafeSlow(values.byteLength + values.BYTES_PER_ELEMENT)
  const copy = new (values.constructor as new (memory: ArrayBufferLike, from: number) => Values)(buffer, values.BYTES_PER_ELEMENT)
  copy.set(values)
  return copy
}

function fedShape(tensor: Tensor, values: Values): Shape {
  if (!tensor.shape.includes(unknownSize)) return tensor.shape
  const [, ...rest] = tensor.shape
  return [values.length / sizeOf(rest), ...rest]
}

function asFailure(error: unknown): unknown {
  const words = error instanceof Error ? error.message : String(error)
  if (!/OOM|RESOURCE_EXHAUSTED|failed to allocate|out of memory/i.test(words)) return error
  return new Failure('out-of-memory', 'The device ran out of memory. Let the batch go through in more parts, or choose a smaller batch size, fewer experts or smaller images.', { words })
}

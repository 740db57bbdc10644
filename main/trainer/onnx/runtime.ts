/** ONNX Runtime, compiled to WebAssembly: the one place that loads it. Why this build of it: docs/decisions/0008-onnx.md. */
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import type * as Onnx from 'onnxruntime-web'
import { Failure } from '../../../shared/failure.ts'
import { resourcesFolder } from '../../packaged.ts'

export interface OnnxRunner {
  /** @param pixels uint8 of this shape @returns the outputs by name */
  run(pixels: Uint8Array, shape: readonly number[]): Promise<ReadonlyMap<string, Float32Array>>
  close(): Promise<void>
}

/**
 * @param model the bytes of an ONNX file with one input of uint8 and outputs of float32
 * @throws Failure `unsupported` where the runtime cannot take it: most likely it has not the memory
 */
export async function openOnnx(model: Uint8Array): Promise<OnnxRunner> {
  const { env, InferenceSession, Tensor } = load()
  env.logLevel = 'error'
  // Its threads spin while they wait, so some processors are left to the others.
  env.wasm.numThreads = Math.max(1, Math.floor(os.cpus().length / 2))
  const session: Onnx.InferenceSession = await runnable(InferenceSession.create(model, { executionProviders: ['wasm'] }))
  const [input] = session.inputNames
  return {
    async run(pixels, shape) {
      const results = await runnable(session.run({ [input!]: new Tensor('uint8', pixels, shape) }))
      return new Map(Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]))
    },
    close: () => session.release(),
  }
}

/** It loads its WebAssembly by the path of its own file, and so lies outside the packaged program's archive. */
function load(): typeof Onnx {
  const resources = resourcesFolder()
  return createRequire(resources ? path.join(resources, 'onnx', 'index.js') : import.meta.url)('onnxruntime-web') as typeof Onnx
}

async function runnable<T>(result: Promise<T>): Promise<T> {
  try {
    return await result
  } catch (error) {
    throw new Failure('unsupported', `The model cannot be run by ONNX Runtime here: ${error instanceof Error ? error.message : String(error)}. Export a SavedModel or the weights instead.`)
  }
}

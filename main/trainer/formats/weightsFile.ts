/** Weights files that others wrote, told apart by what is in them. */
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../../../shared/failure.ts'
import { isPlainFile } from '../../places.ts'
import { decodeTensors, type TensorFile } from './safetensors.ts'
import { largestSize } from './numbers.ts'
import { decodePth, isPth } from './pth.ts'

/** Modules that wrap a network, with the dot after them: PyTorch's DataParallel, and what a model calls its backbone. */
const wrappers = /^(?:(?:module|model|backbone)\.)+/

/** What every pickle of protocol 2 or later begins with; and where a safetensors file, whose length may begin so too, has a brace. */
const pickleStart = 0x80
const headerStart = 8

/**
 * Reads `.safetensors` and `.pth`, whatever they are called; names without what wraps the network.
 * @throws Failure `not-found`, `unreadable`, `invalid-input`; `unsupported` where a `.pth` holds more than tensors
 */
export function readWeightsFile(file: string): TensorFile {
  const { tensors, metadata } = decoded(contentOf(file), path.basename(file))
  const unwrapped = new Map([...tensors].map(([name, tensor]) => [name.replace(wrappers, ''), tensor]))
  if (unwrapped.size < tensors.size) throw new Failure('invalid-input', `${path.basename(file)} holds more than one network: some names differ in what wraps them alone. Save the state_dict of one.`)
  return { tensors: unwrapped, metadata }
}

function decoded(content: Uint8Array, name: string): TensorFile {
  if (isPth(content)) return { tensors: decodePth(content), metadata: {} }
  if (content[0] === pickleStart && content[1]! <= 5 && content[headerStart] !== 0x7b) throw new Failure('unsupported', `${name} is a bare Python pickle, which is not run here. Save its weights with torch.save or as safetensors.`)
  return decodeTensors(content)
}

function contentOf(file: string): Uint8Array {
  const found = lookedAt(file)
  if (!found?.plain) throw new Failure('not-found', `${found ? `${file} is no file that can be read to its end` : `There is no file ${file}`}. Choose a .safetensors or .pth file.`)
  const { bytes } = found
  if (bytes > largestSize) throw new Failure('unsupported', `${path.basename(file)} has ${bytes} bytes; less than 2 GB were expected. Save its state_dict alone, without the optimiser's state.`)
  try {
    return readFileSync(file)
  } catch (error) {
    throw new Failure('unreadable', `${file} cannot be read: ${(error as Error).message}. Allow it, or choose another file.`)
  }
}

/** Nothing where a folder on the way may not be looked into, either. */
function lookedAt(file: string): { readonly plain: boolean; readonly bytes: number } | undefined {
  try {
    return { plain: isPlainFile(file), bytes: statSync(file).size }
  } catch {
    return undefined
  }
}

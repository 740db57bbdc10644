/** Weights for others: the authors' names and layout, as `load_state_dict` takes them. */
import { Failure } from '../../shared/failure.ts'
import { writeAtomically } from '../atomic.ts'
import { loadCheckpoint } from './checkpoint.ts'
import { encodeTensors } from './safetensors.ts'

/** @returns how many tensors were written */
export function exportWeights(runFolder: string, file: string): number {
  const { checkpoint } = loadCheckpoint(runFolder)
  const tensors = new Map([...checkpoint.tensors].filter(([name]) => !name.endsWith('/momentum')))
  try {
    writeAtomically(file, Buffer.concat(encodeTensors({ tensors, metadata: { format: 'pt' } })))
  } catch (error) {
    throw new Failure('disk', `The weights could not be written to ${file}: ${error instanceof Error ? error.message : String(error)}.`)
  }
  return tensors.size
}

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
    throw new Failure('disk', `The weights could not be written to ${file}: ${reasonOf(error)}.`)
  }
  return tensors.size
}

/** In words of its own: the system's name the temporary file. */
function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full. Free some space, or choose another one'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'its folder may not be written to. Choose another one'
    case 'ENOENT':
    case 'ENOTDIR':
      return 'its folder is not there any more. Make it again, or choose another one'
    case 'EISDIR':
    case 'EEXIST':
    case 'ENOTEMPTY':
      return 'a folder of this name is there. Choose another name'
    case 'ENAMETOOLONG':
      return 'its name is too long for the disk. Choose a shorter one'
    default:
      return code === undefined ? String(error) : `the system refused it (${code}). Choose another folder`
  }
}

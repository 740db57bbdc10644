import { Failure } from '../../shared/failure.ts'

/** @param what was to be written, as a sentence begins: `The weights` */
export function asWriteFailure(what: string, file: string, error: unknown): Failure {
  return new Failure('disk', `${what} could not be written to ${file}: ${reasonOf(error)}.`)
}

/** In words of its own: the system's name the temporary file. */
function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full. Free some space, or choose another one'
    case 'EFBIG':
      return "it would be larger than the disk's format or a limit of the system allows. Choose another disk"
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

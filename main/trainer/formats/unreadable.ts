import { Failure } from '../../../shared/failure.ts'

/** @param why a half sentence about the file */
export function unreadable(why: string): Failure {
  return new Failure('unreadable', `The weights file cannot be read: ${why}.`)
}

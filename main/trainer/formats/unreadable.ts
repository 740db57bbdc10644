import { Failure } from '../../../shared/failure.ts'

/** @param why a half sentence about the file */
export function unreadable(why: string): Failure {
  return new Failure('unreadable', `The weights file cannot be read: ${why}.`)
}

/** A name or a value from a file, quoted, as far as a sentence has room for it. */
export function shortened(text: string): string {
  const longest = 100
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text)
}

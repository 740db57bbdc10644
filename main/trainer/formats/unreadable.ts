import { Failure } from '../../../shared/failure.ts'

/** @param why a half sentence about the file */
export function unreadable(why: string): Failure {
  return new Failure('unreadable', `The weights file cannot be read: ${why}. Copy it again from where it came, or choose another file.`)
}

/** A name from a file, as far as a sentence has room for it, on one line. */
export function cut(text: string): string {
  const longest = 100
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text).slice(1, -1)
}

/** The same in quotation marks. */
export function quoted(text: string): string {
  return `"${cut(text)}"`
}

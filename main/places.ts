/** Paths as people write them, made into places on this machine. Every path of a command goes through here. */
import { realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { Failure } from '../shared/failure.ts'
import { notFound } from './notFound.ts'

/**
 * The absolute path, whether anything lies there or not; a leading `~` is the person's home.
 * @throws Failure `invalid-input` for what no file system can name
 */
export function placeOf(written: string): string {
  // Every call of Node's that gets one throws a crash of its own.
  if (written.includes('\0')) throw new Failure('invalid-input', 'A path holds the character NUL, which no file or folder can have in its name. Write the path without it.')
  const inHome = written === '~' || written.startsWith('~/') || written.startsWith(`~${path.sep}`)
  return inHome ? path.join(homedir(), written.slice(1)) : path.resolve(written)
}

/**
 * The one true path of what lies there, so that two ways to write it are one place.
 * @throws Failure `not-found`, `invalid-input`
 */
export function existingPlaceOf(written: string): string {
  const place = placeOf(written)
  try {
    return realpathSync(place)
  } catch (error) {
    throw notFound(place, error)
  }
}

/** Paths as people write them, made into places on this machine. Every path of a command goes through here. */
import { realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { Failure } from '../shared/failure.ts'
import { notFound } from './notFound.ts'

/**
 * The absolute path, whether anything lies there or not; a leading `~` is the person's home.
 * @throws Failure `invalid-input` for what no file system can name
 */
export function placeOf(written: string): string {
  if (written === '') throw new Failure('invalid-input', 'A path is empty. Write the path of a file or folder.')
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

/** What the kernel shows as files: no images lie there, and making a folder there can keep Node at it for ever. */
const kernelFolders = ['/proc', '/sys', '/dev']

/** Whether the absolute path is one of the kernel's folders or lies in one; links are not followed. */
export function isOfKernel(place: string): boolean {
  return kernelFolders.some((folder) => place === folder || place.startsWith(`${folder}/`))
}

/** Of the kernel's folders, those whose files may have no end. */
const endlessFolders = ['/proc', '/sys']

/**
 * Whether a file lies there, also by way of links, that ends: a pipe, a device or a file of the kernel's can be waited on for ever.
 * @throws what the system says where nothing is there
 */
export function isPlainFile(place: string): boolean {
  if (!statSync(place).isFile()) return false
  const found = realpathSync(place)
  return !endlessFolders.some((folder) => found.startsWith(`${folder}/`))
}

/**
 * Before anything is made at a place that a person named.
 * @throws Failure `permission` where it lies in a folder of the kernel's, also by way of a link
 */
export function refuseKernelPlace(place: string): void {
  if (isOfKernel(place) || isOfKernel(nearestExisting(place))) throw new Failure('permission', `${place} belongs to the operating system, and nothing can be kept there. Choose a folder of your own.`)
}

/** The true path of the place, or of the nearest folder above it that is there. */
function nearestExisting(place: string): string {
  for (let above = place; ; above = path.dirname(above)) {
    try {
      return realpathSync(above)
    } catch {
      if (above === path.dirname(above)) return above
    }
  }
}

/** Places that a person names for something to be written to or read from. */
import { lstatSync, statSync, type Stats } from 'node:fs'
import path from 'node:path'
import { Failure } from '../../shared/failure.ts'
import { notFound } from '../notFound.ts'
import { existingPlaceOf, isPlainFile, refuseKernelPlace } from '../places.ts'
import { sourceFolders } from '../store/sources.ts'
import type { OpenProject } from './projects.ts'
import { isWithin } from './within.ts'

/**
 * The true path of what is to be written, where it harms nothing of a person's or the project's.
 * @param isKept whether nothing may be written at what is in the project's folder under this name; left out, nowhere in it
 * @throws Failure `permission`, `not-found` where there is no folder for it
 */
export function placeToWriteAt({ db, folder }: OpenProject, file: string, isKept: (name: string) => boolean = () => true): string {
  refuseKernelPlace(file)
  const above = path.dirname(file)
  if (!statSync(above, { throwIfNoEntry: false })?.isDirectory()) throw new Failure('not-found', `${above} is no folder that anything can be written into. Make it, or choose another.`)
  const place = path.join(existingPlaceOf(above), path.basename(file))
  const source = sourceFolders(db).find((images) => isWithin(images, place))
  if (source !== undefined) throw new Failure('permission', `${file} would lie in ${source}, which images were imported from and where nothing is ever written. Choose another folder.`)
  const [name = ''] = path.relative(folder, place).split(path.sep)
  if (isWithin(folder, place) && isKept(name)) throw new Failure('permission', `${file} would lie among the project's own files. Choose another folder or name.`)
  return place
}

/** Undefined where nothing is. @throws Failure `invalid-input` where nothing can be */
export function whatIsAt(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false })
  } catch (error) {
    throw new Failure('invalid-input', `${file} cannot be a file's name here (${(error as NodeJS.ErrnoException).code}). Choose a shorter one, or another folder.`)
  }
}

/**
 * Before a file is read that a person named.
 * @param choose what to do about one that does not end
 * @throws Failure `not-found`, `invalid-input`
 */
export function refuseUnreadablePlace(file: string, choose: string): void {
  let isPlain: boolean
  try {
    isPlain = isPlainFile(file)
  } catch (error) {
    throw notFound(file, error)
  }
  if (!isPlain) throw new Failure('invalid-input', `${file} is no file that can be read to its end. ${choose}`)
}

/** Where weights may be written: nowhere that images, checkpoints or anybody's file would be lost. */
import { lstatSync, statSync, type Stats } from 'node:fs'
import path from 'node:path'
import { Failure } from '../../../shared/failure.ts'
import { existingPlaceOf, placeOf, refuseKernelPlace } from '../../places.ts'
import { sourceFolders } from '../../store/sources.ts'
import type { OpenProject } from '../projects.ts'
import { isWithin } from '../within.ts'

const ending = '.safetensors'

/**
 * The file's absolute path.
 * @throws Failure that says why the weights may not be written there
 */
export function exportPlace({ db, folder }: OpenProject, written: string, replace: boolean): string {
  const file = placeOf(written)
  // A window knows no working folder that a relative path could be meant from.
  if (!path.isAbsolute(written) && file === path.resolve(written)) throw new Failure('invalid-input', `${written} is no absolute path. Write the whole path of the file, from the root or from ~.`)
  if (!file.toLowerCase().endsWith(ending)) throw new Failure('invalid-input', `${file} does not end in ${ending}. Weights are written as safetensors: give the file that ending.`)

  refuseKernelPlace(file)
  const above = path.dirname(file)
  if (!statSync(above, { throwIfNoEntry: false })?.isDirectory()) throw new Failure('not-found', `${above} is no folder that weights can be written into. Make it, or choose another.`)
  const place = path.join(existingPlaceOf(above), path.basename(file))
  const source = sourceFolders(db).find((images) => isWithin(images, place))
  if (source !== undefined) throw new Failure('permission', `${file} would lie in ${source}, which images were imported from and where nothing is ever written. Choose another folder.`)
  if (isWithin(path.join(folder, 'runs'), place)) throw new Failure('permission', `${file} would lie among the project's own checkpoints. Choose another folder.`)

  const there = whatIsAt(file)
  if (there?.isDirectory()) throw new Failure('already-exists', `${file} is a folder. Choose another name.`)
  if (there && !replace) throw new Failure('already-exists', `${file} exists already. Choose another name, or allow that it is replaced.`)
  return file
}

function whatIsAt(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false })
  } catch (error) {
    throw new Failure('invalid-input', `${file} cannot be a file's name here (${(error as NodeJS.ErrnoException).code}). Choose a shorter one, or another folder.`)
  }
}

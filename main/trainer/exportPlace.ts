/** Where an export goes once it is whole. */
import { existsSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../../shared/failure.ts'
import { nameDurably, renameDurably, sweepTemporary, temporaryName } from '../atomic.ts'
import type { ExportJob } from './contract.ts'

/**
 * Gives a finished file or folder the name that was asked for, and clears away what killed exports left of this very one.
 * @throws Failure `already-exists` where something came to be there meanwhile that may not be replaced
 */
export function moveIntoPlace(temporary: string, { file, replace }: Pick<ExportJob, 'file' | 'replace'>): void {
  if (!replace) {
    if (!nameDurably(temporary, file)) throw new Failure('already-exists', `${file} came to be there while this was exported, and was left as it is. Choose another name, or allow that it is replaced.`, { isReplaceable: true })
  } else if (existsSync(path.join(file, 'saved_model.pb'))) {
    replaceFolder(temporary, file)
  } else {
    renameDurably(temporary, file)
  }
  try {
    sweepTemporary(path.dirname(file), path.basename(file))
  } catch {
    // A folder that may be written to and not listed.
  }
}

/** A folder cannot be renamed onto another; the old one is moved aside first. */
function replaceFolder(temporary: string, place: string): void {
  const aside = temporaryName(place)
  renameSync(place, aside)
  try {
    renameDurably(temporary, place)
  } catch (error) {
    renameSync(aside, place)
    throw error
  }
  try {
    rmSync(aside, { recursive: true, force: true })
  } catch {
    // The new one is in place; a later export of this name clears the old one away.
  }
}

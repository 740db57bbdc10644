import { relativeTo } from '../importer/scan.ts'
import type { Db } from '../store/db.ts'
import { knownImage } from '../store/importing.ts'
import { allSources } from '../store/sources.ts'
import { isWithin } from './within.ts'

/**
 * Whether a file is an image of the project already, by way of a folder around the one that is imported or inside it: one
 * file is one image, whichever folder it was found by.
 * @param place the folder that is imported
 */
export function knownElsewhere(db: Db, place: string): (file: string) => boolean {
  const others = allSources(db).filter(({ folder }) => folder !== place && (isWithin(folder, place) || isWithin(place, folder)))
  return (file) => others.some(({ id, folder }) => isWithin(folder, file) && knownImage(db, id, relativeTo(folder, file)) !== undefined)
}

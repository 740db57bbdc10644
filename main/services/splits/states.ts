/** Marks of what images, their labels and splits, and what a person said of pairs, are at a moment. */
import { largestImage } from '../../store/imageColumns.ts'
import type { Db } from '../../store/db.ts'
import { newestStep } from '../../store/journal.ts'
import { unlikeCount } from '../../store/splits.ts'
import type { ImageLists } from '../imageLists.ts'
import type { OpenProject } from '../projects.ts'

/** Another one whenever any of it may be another. */
export function stateOf(lists: ImageLists, project: OpenProject): string {
  return stateWithin(project.db, lists.stamp(project))
}

/**
 * The same within a transaction, which may be on a connection of its own.
 * @param images the lists' stamp, of which the transaction changes nothing
 */
export function stateWithin(db: Db, images: string): string {
  return [images, newestStep(db), largestImage(db), unlikeCount(db)].join()
}

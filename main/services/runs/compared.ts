/** The answers of two runs to the images that both were scored on, judged by the labels of now, kept in memory while they are looked at. */
import { setImmediate } from 'node:timers/promises'
import { comparedImages, labelsSince, scoredIds, type Pair } from '../../store/comparison.ts'
import { answeredBy } from '../../store/mergedClasses.ts'
import { databaseVersion } from '../../store/stamps.ts'
import type { Projects } from '../projects.ts'

/** Columns of one length, by rising ids of the images; classes by their ids. */
export interface Compared {
  readonly images: Uint32Array
  /** By the labels of now; answers of a merged class are those of the class that answers for it. */
  readonly actual: Uint32Array
  readonly before: Uint32Array
  readonly after: Uint32Array
  /** Images of both that have no label by now and are left out. */
  readonly unlabelled: number
  readonly relabelled: number
}

/** Image ids that are read at once: what main is kept from anything else for stays far below what a person notices. */
const idsAtOnce = 20_000
/** A person goes to and fro between two directions of one pair. */
const mostKept = 2
/** While a run is scored anew, what was read of it is torn. */
const mostTries = 3

export interface ComparedPairs {
  /** @throws Failure `closed` where the project closes meanwhile */
  of(projectId: string, pair: Pair): Promise<Compared>
}

export function comparedPairs(projects: Projects): ComparedPairs {
  const kept = new Map<string, { readonly version: string; readonly compared: Compared }>()
  projects.beforeClose((project) => {
    for (const key of kept.keys()) if (key.startsWith(project.id)) kept.delete(key)
  })

  const read = async (projectId: string, pair: Pair): Promise<Compared> => {
    const columns = { images: new Array<number>(), actual: new Array<number>(), before: new Array<number>(), after: new Array<number>() }
    const by = answeredBy(projects.get(projectId).db)
    const known = labelsSince(projects.get(projectId).db, pair)
    let [unlabelled, relabelled] = [0, 0]
    const ends = scoredIds(projects.get(projectId).db, pair)
    for (let first = ends.first; first <= ends.last; first += idsAtOnce) {
      for (const [imageId, measured, before, after] of comparedImages(projects.get(projectId).db, pair, first, first + idsAtOnce - 1)) {
        const now = known.size > 0 && known.has(imageId) ? known.get(imageId)! : measured
        if (now === null) {
          unlabelled += 1
          continue
        }
        if (now !== measured) relabelled += 1
        columns.images.push(imageId)
        columns.actual.push(now)
        columns.before.push(by.get(before) ?? before)
        columns.after.push(by.get(after) ?? after)
      }
      await setImmediate()
    }
    return { images: Uint32Array.from(columns.images), actual: Uint32Array.from(columns.actual), before: Uint32Array.from(columns.before), after: Uint32Array.from(columns.after), unlabelled, relabelled }
  }

  return {
    async of(projectId, pair) {
      const key = `${projectId} ${pair.before} ${pair.after} ${pair.split}`
      const found = kept.get(key)
      if (found && found.version === databaseVersion(projects.get(projectId).db)) return found.compared
      for (let tries = 1; ; tries++) {
        const begun = databaseVersion(projects.get(projectId).db)
        const compared = await read(projectId, pair)
        const isWhole = begun === databaseVersion(projects.get(projectId).db)
        if (!isWhole && tries < mostTries) continue
        kept.delete(key)
        if (isWhole) kept.set(key, { version: begun, compared })
        for (const oldest of [...kept.keys()].slice(0, -mostKept)) kept.delete(oldest)
        return compared
      }
    },
  }
}

/** Whether there is room for what set-up is about to write. */
import { existsSync, statSync, statfsSync } from 'node:fs'
import path from 'node:path'
import { SetupProblem } from './problem.mjs'
import { inWords } from './words.mjs'

/** @param {string} folder */
function nearestThatExists(folder) {
  let place = path.resolve(folder)
  while (!existsSync(place) && path.dirname(place) !== place) place = path.dirname(place)
  return place
}

/**
 * Throws a SetupProblem where a file system has too little room for what goes to its folders taken together.
 * @param {readonly { folder: string, bytes: number, what: string, remedy?: string }[]} needs
 */
export function requireSpace(needs) {
  /** @type {Map<number, { folder: string, bytes: number, what: string[], remedy: string }>} */
  const byDevice = new Map()
  for (const need of needs) {
    const folder = nearestThatExists(need.folder)
    const device = statSync(folder).dev
    const entry = byDevice.get(device) ?? { folder: need.folder, bytes: 0, what: [], remedy: '' }
    entry.bytes += need.bytes
    entry.what.push(need.what)
    entry.remedy = need.remedy ?? entry.remedy
    byDevice.set(device, entry)
  }
  for (const { folder, bytes, what, remedy } of byDevice.values()) {
    const { bavail, bsize } = statfsSync(nearestThatExists(folder))
    if (bavail * bsize >= bytes) continue
    throw new SetupProblem(
      `The disk of ${folder} has ${inWords(bavail * bsize)} free, and ${inWords(bytes)} are needed for ${what.join(' and ')}: free some space${remedy}, and run the command again.`,
      { lacksRoom: true },
    )
  }
}

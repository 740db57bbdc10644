/** Finds the image that a file of labels means by a path. */
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Db } from '../../store/db.ts'
import { imageAt, imagesWithFileName, noteFileNames, pathsAfter } from '../../store/labelFiles.ts'
import { allSources } from '../../store/sources.ts'
import type { LabelRow } from './rows.ts'

const pageSize = 5000

type Match = number | 'unknown' | 'ambiguous'

export interface Matching {
  find(row: Pick<LabelRow, 'path' | 'source'>): Promise<Match>
}

/**
 * By its absolute path, its path from a source folder or from the file's own folder, or its name alone where no other image
 * has that.
 * @param besideFolder the folder that the file of labels lies in
 */
export function matching(db: Db, besideFolder: string): Matching {
  const sources = allSources(db)
  let areNamesNoted = false

  const atPlace = (place: string): Match => {
    for (const { id, folder } of sources) {
      const relative = path.relative(folder, place)
      if (relative === '' || relative.startsWith('..') || path.isAbsolute(relative)) continue
      const found = imageAt(db, id, slashed(relative))
      if (found !== undefined) return found
    }
    return 'unknown'
  }

  const fromSources = (relative: string): Match => {
    const found = sources.flatMap(({ id }) => imageAt(db, id, relative) ?? [])
    return found.length > 1 ? 'ambiguous' : (found[0] ?? 'unknown')
  }

  const byName = async (name: string): Promise<Match> => {
    if (!areNamesNoted) await noteNames(db)
    areNamesNoted = true
    const found = imagesWithFileName(db, name)
    return found.length > 1 ? 'ambiguous' : (found[0] ?? 'unknown')
  }

  /** What lies exactly where the path leads, from wherever it may begin. */
  const byPlace = (written: string, source: string | null): Match => {
    const plain = plainly(written)
    if (path.isAbsolute(written)) return atPlace(path.normalize(written))
    if (source !== null && path.isAbsolute(source)) {
      const found = atPlace(path.join(source, plain))
      if (found !== 'unknown') return found
    }
    const fromSource = fromSources(path.posix.normalize(plain))
    return fromSource === 'unknown' ? atPlace(path.join(besideFolder, plain)) : fromSource
  }

  return {
    async find({ path: written, source }) {
      if (written.includes('\0')) return 'unknown'
      // As it stands there, and as it looks by now that a spreadsheet or macOS wrote.
      const spellings = [...new Set([written, unescaped(written), unescaped(written).normalize('NFC')])]
      for (const spelling of spellings) {
        const found = byPlace(spelling, spelling === written ? source : source && unescaped(source))
        if (found !== 'unknown') return found
      }
      for (const spelling of spellings) {
        const found = await byName(path.posix.basename(plainly(spelling)))
        if (found !== 'unknown') return found
      }
      return 'unknown'
    },
  }
}

/** Without the mark that keeps a spreadsheet from running a cell as a formula. */
export function unescaped(cell: string): string {
  return /^'[=+\-@\t\r＝＋－＠]/.test(cell) ? cell.slice(1) : cell
}

function slashed(written: string): string {
  return written.replaceAll('\\', '/')
}

/** Without what leads nowhere at its begin. */
function plainly(written: string): string {
  return slashed(written).replace(/^(?:\.\/+)+/, '')
}

async function noteNames(db: Db): Promise<void> {
  for (let last = 0; ; ) {
    const page = pathsAfter(db, last, pageSize)
    noteFileNames(db, page.map(({ imageId, path: relative }) => ({ imageId, name: path.posix.basename(relative) })))
    if (page.length < pageSize) return
    last = page.at(-1)!.imageId
    await nextTurn()
  }
}

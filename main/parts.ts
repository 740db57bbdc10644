/** Folders whose files must be exactly those that are listed. */
import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Failure } from '../shared/failure.ts'

const names = ['store', 'decoder', 'onnx', 'tensorflow'] as const
type Part = (typeof names)[number]

/** The SHA-256 of each file by its path in the part's folder, with forward slashes. */
export type PackedParts = Readonly<Record<Part, Readonly<Record<string, string>>>>

export interface Parts {
  /**
   * Reads a part's files the first time, and again where one was touched since.
   * @throws Failure `damaged`
   */
  requireWhole(part: Part): Promise<void>
}

export function openParts(folderOf: (part: Part) => string, list: PackedParts): Parts {
  const checked = new Map<Part, { readonly state: string; readonly whole: Promise<void> }>()
  return {
    async requireWhole(part) {
      const folder = folderOf(part)
      const state = stateOf(folder)
      const before = checked.get(part)
      if (before?.state === state) return before.whole
      const whole = check(folder, list[part])
      checked.set(part, { state, whole })
      return whole
    },
  }
}

async function check(folder: string, listed: Readonly<Record<string, string>>): Promise<void> {
  const found = filesBelow(folder)
  const strange = found.find((file) => !Object.hasOwn(listed, file))
  if (strange !== undefined) throw damaged(path.join(folder, strange), 'is no part of it')
  for (const [file, sha256] of Object.entries(listed)) {
    const place = path.join(folder, file)
    const hash = createHash('sha256')
    await pipeline(createReadStream(place, { highWaterMark: 1 << 20 }), hash).catch((error: NodeJS.ErrnoException) => {
      throw damaged(place, `cannot be read (${error.code})`)
    })
    if (hash.digest('hex') !== sha256) throw damaged(place, 'is not what was installed')
  }
}

function damaged(place: string, how: string): Failure {
  return new Failure('damaged', `A file of the program ${how}: ${place}. Nothing of it was run. Install the program again.`)
}

/** Changes whenever a file of the folder is replaced or written to. */
function stateOf(folder: string): string {
  return filesBelow(folder)
    .map((file) => {
      const { ino, size, mtimeMs, ctimeMs } = statSync(path.join(folder, file))
      return `${file} ${ino} ${size} ${mtimeMs} ${ctimeMs}`
    })
    .join('\n')
}

/** Relative to the folder, with forward slashes; none where it is missing. */
function filesBelow(folder: string, inside = ''): string[] {
  const entries = readdirIfThere(path.join(folder, inside))
  return entries.flatMap((entry) => {
    const file = path.posix.join(inside, entry.name)
    return entry.isDirectory() ? filesBelow(folder, file) : [file]
  })
}

function readdirIfThere(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

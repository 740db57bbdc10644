/** Which images must not straddle splits: those of the same bytes, and those that a person's choices bind together. */
import type { Together } from '../../../shared/contract/splits.ts'
import { namePattern } from '../../../shared/namePattern.ts'
import type { Material } from './material.ts'
import { sortedInTurns } from './sorting.ts'

const imagesATurn = 1000
/** Folders that say which split an image is for and not where it was taken. */
const splitFolder = /^(train|training|val|valid|validation|test|testing)$/i

/** Sets that grow together, each named by one of its members. */
export interface Sets {
  of(n: number): number
  unite(a: number, b: number): void
}

export function openSets(count: number): Sets {
  const parents = new Int32Array(count)
  for (let n = 0; n < count; n++) parents[n] = n
  const of = (n: number): number => {
    let at = n
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!
      at = parents[at]!
    }
    return at
  }
  return {
    of,
    unite(a, b) {
      const [one, other] = [of(a), of(b)]
      // The smaller position stays the name, whatever the order in which pairs come.
      if (one !== other) parents[Math.max(one, other)] = Math.min(one, other)
    },
  }
}

export interface Unknown {
  readonly time: number
  readonly name: number
}

/** Unites all but those that look alike, which take their own time to find. */
export function* bindBursts(material: Material, together: Together, sets: Sets): Generator<void, Unknown> {
  const unknown = { time: 0, name: 0 }
  const { count, originals, sources, paths, missing } = material
  const nameOf = together.namePattern === null ? null : namePattern(together.namePattern)
  const firsts = new Map<string, number>()
  const bind = (n: number, key: string): void => {
    const first = firsts.get(key)
    if (first === undefined) firsts.set(key, n)
    else sets.unite(first, n)
  }
  for (let n = 0; n < count; n++) {
    sets.unite(originals[n]!, n)
    if (together.folder !== null) bind(n, `f${sources[n]!} ${folderOf(paths[n]!, together.folder)}`)
    if (nameOf) {
      const name = nameOf(paths[n]!)
      if (name !== null) bind(n, `n${sources[n]!} ${name}`)
      else if (!missing[n]) unknown.name += 1
    }
    if (n % imagesATurn === imagesATurn - 1) yield
  }
  if (together.gapSeconds !== null) unknown.time = yield* bindByTime(material, together.gapSeconds * 1000, sets)
  return unknown
}

function folderOf(path: string, which: 'whole' | 'outermost' | 'innermost'): string {
  const folders = path.split('/').slice(0, -1)
  if (folders.length > 1 && splitFolder.test(folders[0]!)) folders.shift()
  if (which === 'whole') return folders.join('/')
  return (which === 'outermost' ? folders[0] : folders.at(-1)) ?? ''
}

/** By camera, in the order in which they were taken: a burst ends where nothing was taken for longer than the gap. */
function* bindByTime({ count, takenAt, cameras, missing }: Material, gapMs: number, sets: Sets): Generator<void, number> {
  const byCamera = new Map<string, number[]>()
  let unknown = 0
  for (let n = 0; n < count; n++) {
    if (Number.isNaN(takenAt[n]!)) {
      if (!missing[n]) unknown += 1
      continue
    }
    const taken = byCamera.get(cameras[n]!)
    if (taken) taken.push(n)
    else byCamera.set(cameras[n]!, [n])
    if (n % imagesATurn === imagesATurn - 1) yield
  }
  for (const byId of byCamera.values()) {
    const taken = yield* sortedInTurns(Uint32Array.from(byId), (a, b) => takenAt[a]! - takenAt[b]!)
    for (let k = 1; k < taken.length; k++) {
      if (takenAt[taken[k]!]! - takenAt[taken[k - 1]!]! <= gapMs) sets.unite(taken[k - 1]!, taken[k]!)
      if (k % imagesATurn === 0) yield
    }
  }
  return unknown
}

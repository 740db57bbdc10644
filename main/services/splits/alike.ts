/** Images in different splits that are the same or look alike, and everything that is alike with them. */
import { splits, type Split } from '../../../shared/contract/common.ts'
import { openSets, type Sets } from './bursts.ts'
import type { Material } from './material.ts'
import { nearPairs } from './nearPairs.ts'

/** Pairs that are kept to be listed; all are united all the same. */
const mostPairs = 100_000
const imagesATurn = 1000

export interface AlikePair {
  /** Positions. */
  readonly a: number
  readonly b: number
  /** -1 where they have the same bytes. */
  readonly distance: number
}

export interface Likeness {
  readonly material: Material
  /** Those of the same bytes, and those that look alike. */
  readonly sets: Sets
  /** Across splits: the same bytes first, then by distance. */
  readonly pairs: readonly AlikePair[]
  readonly plain: number
  readonly unseen: number
  readonly isWhole: boolean
}

export function* findAlike(material: Material, distance: number): Generator<void, Likeness> {
  const { count, originals, missing, classes, seen, look, tone, splits: now } = material
  const sets = openSets(count)
  const pairs: AlikePair[] = []
  let isListed = true
  const keep = (a: number, b: number, apart: number): void => {
    if (now[a] === now[b]) return
    if (pairs.length < mostPairs) pairs.push({ a, b, distance: apart })
    else isListed = false
  }

  /** The first present image of the same bytes: what is gone or without a label is neither trained nor tested on. */
  const firsts = new Int32Array(count).fill(-1)
  const chosen: number[] = []
  let unseen = 0
  for (let n = 0; n < count; n++) {
    sets.unite(originals[n]!, n)
    if (n % imagesATurn === imagesATurn - 1) yield
    if (missing[n] || classes[n]! < 0) continue
    const first = firsts[originals[n]!]!
    if (first >= 0) {
      keep(first, n, -1)
      continue
    }
    firsts[originals[n]!] = n
    if (seen[n]) chosen.push(n)
    else unseen += 1
  }

  const looks = { look: new Uint8Array(chosen.length * 8), tone: new Uint8Array(chosen.length * 8) }
  for (let k = 0; k < chosen.length; k++) {
    const from = chosen[k]! * 8
    for (let byte = 0; byte < 8; byte++) {
      looks.look[k * 8 + byte] = look[from + byte]!
      looks.tone[k * 8 + byte] = tone[from + byte]!
    }
    if (k % imagesATurn === imagesATurn - 1) yield
  }
  const { isWhole, plain } = yield* nearPairs(looks, distance, (i, j, apart) => {
    const [a, b] = [chosen[i]!, chosen[j]!]
    if (material.unlike.size > 0 && material.unlike.has(pairKey(material, a, b))) return
    sets.unite(a, b)
    keep(a, b, apart)
  })
  pairs.sort((x, y) => x.distance - y.distance || x.a - y.a || x.b - y.b)
  return { material, sets, pairs, plain, unseen, isWhole: isWhole && isListed }
}

/** Images that have to move so that the image's likes, or those of every pair, are in the split together. */
export function* uniting({ material, sets, pairs }: Likeness, position: number | undefined, split: Split): Generator<number> {
  const wanted = new Set(position === undefined ? pairs.map(({ a }) => sets.of(a)) : [sets.of(position)])
  const to = splits.indexOf(split)
  for (let n = 0; n < material.count; n++) {
    if (material.splits[n] === to || !wanted.has(sets.of(n))) continue
    yield material.ids[n]!
  }
}

/** As the store's key of a pair that a person said is not alike. */
export function pairKey({ ids }: Material, a: number, b: number): string {
  return `${ids[Math.min(a, b)]}:${ids[Math.max(a, b)]}`
}

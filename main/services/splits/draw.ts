/** What a split by a person's choices would be: where each image goes, and what that means for each class. */
import { splits } from '../../../shared/contract/common.ts'
import type { SplitClass, SplitCounts, SplitPreview, SplitRequest, Untestable } from '../../../shared/contract/splits.ts'
import { groupOf, headFirst } from '../../../shared/tail.ts'
import type { SplitMove } from '../../store/splits.ts'
import { anywhere, assignBursts, test, train, val, type Bursts } from './assign.ts'
import type { Sets } from './bursts.ts'
import { origins, type Material } from './material.ts'

const imagesATurn = 1000
const largestShown = 6
const imagesShown = 6

export interface Drawn {
  readonly preview: SplitPreview
  moves(): readonly SplitMove[]
}

export function* drawSplits(material: Material, sets: Sets, request: SplitRequest, nameOf: (classId: number) => string, unknown: SplitPreview['unknown']): Generator<void, Drawn> {
  const grouped = yield* grouping(material, sets)
  const held = yield* heldSplits(material, grouped, request)
  const bursts = yield* asBursts(material, grouped, held, request.seed)
  yield
  const { valFraction, testFraction } = request
  const assigned = yield* assignBursts(bursts, material.classIds.length, [1 - valFraction - testFraction, valFraction, testFraction])
  const after = new Uint8Array(material.count)
  const isFixed = fixedBy(request)
  for (let n = 0; n < material.count; n++) {
    const split = assigned[grouped.burstOf[n]!]!
    after[n] = split === anywhere || isFixed(material, n) ? material.splits[n]! : split
    if (n % imagesATurn === imagesATurn - 1) yield
  }

  const counted = yield* counting(material, grouped, after)
  const classes = material.classIds.map((id, of): SplitClass => {
    const [before, then] = [countsAt(counted.before, of), countsAt(counted.after, of)]
    const name = nameOf(id)
    return { id, name, group: groupOf(before.train), before, after: then, bursts: counted.several[of]!, untestable: whyUntestable(then, counted.bursts[of]!, request) }
  })
  const present = classes.filter(({ before }) => sumOf(before) > 0).sort((a, b) => headFirst({ train: a.before.train, name: a.name }, { train: b.before.train, name: b.name }))
  const total = (of: 'before' | 'after'): SplitCounts => ({ train: sum(present, (one) => one[of].train), val: sum(present, (one) => one[of].val), test: sum(present, (one) => one[of].test) })
  const { moving, token } = yield* difference(material, after)
  return {
    preview: { moving, token, before: total('before'), after: total('after'), classes: present, unknown, bursts: yield* burstFacts(material, grouped, bursts, after) },
    moves() {
      const to = splits.map((): number[] => [])
      for (let n = 0; n < material.count; n++) if (after[n] !== material.splits[n]) to[after[n]!]!.push(material.ids[n]!)
      return to.map((imageIds, n) => ({ imageIds, split: splits[n]!, origin: 'splitter' }))
    },
  }
}

interface Grouped {
  /** The burst of each image, by number. */
  readonly burstOf: Int32Array
  /** Images of burst b: `members` from `starts[b]` to `starts[b + 1]`. */
  readonly starts: Int32Array
  readonly members: Int32Array
}

function* grouping({ count }: Material, sets: Sets): Generator<void, Grouped> {
  const burstOf = new Int32Array(count)
  let bursts = 0
  // A set is named by its first member, which therefore has its number before the others.
  for (let n = 0; n < count; n++) {
    const first = sets.of(n)
    burstOf[n] = first === n ? bursts++ : burstOf[first]!
    if (n % imagesATurn === imagesATurn - 1) yield
  }
  const starts = new Int32Array(bursts + 1)
  for (let n = 0; n < count; n++) {
    starts[burstOf[n]! + 1]! += 1
    if (n % imagesATurn === imagesATurn - 1) yield
  }
  for (let burst = 0; burst < bursts; burst++) starts[burst + 1]! += starts[burst]!
  yield
  const next = starts.slice()
  const members = new Int32Array(count)
  for (let n = 0; n < count; n++) {
    members[next[burstOf[n]!]!++] = n
    if (n % imagesATurn === imagesATurn - 1) yield
  }
  return { burstOf, starts, members }
}

function fixedBy({ keepFolder, keepPerson }: SplitRequest): (material: Material, n: number) => boolean {
  const kept = origins.map((origin) => (origin === 'folder' && keepFolder) || (origin === 'person' && keepPerson))
  return (material, n) => kept[material.origins[n]!]!
}

/** Where images hold a burst in several splits, the others are tested on first, then trained on: what is tested on is never trained on. */
function* heldSplits(material: Material, { burstOf, starts }: Grouped, request: SplitRequest): Generator<void, Int8Array> {
  const held = new Int8Array(starts.length - 1).fill(-1)
  const isFixed = fixedBy(request)
  const rank = [2, 1, 3]
  for (let n = 0; n < material.count; n++) {
    if (isFixed(material, n)) {
      const split = material.splits[n]!
      const known = held[burstOf[n]!]!
      if (known < 0 || rank[split]! > rank[known]!) held[burstOf[n]!] = split
    }
    if (n % imagesATurn === imagesATurn - 1) yield
  }
  return held
}

/** Only present images with a label count. */
function* asBursts({ classes, classIds, missing, draws }: Material, { starts: memberStarts, members }: Grouped, held: Int8Array, seed: number): Generator<void, Bursts> {
  const starts = new Int32Array(held.length + 1)
  /** A burst has no more classes than images. */
  const rows = new Int32Array(members.length)
  const counts = new Int32Array(members.length)
  let row = 0
  const order = new Float64Array(held.length).fill(2)
  const ofClass = new Int32Array(classIds.length)
  for (let burst = 0; burst < held.length; burst++) {
    const first = row
    for (let k = memberStarts[burst]!; k < memberStarts[burst + 1]!; k++) {
      const n = members[k]!
      order[burst] = Math.min(order[burst]!, drawn(draws[n]!, seed))
      const of = classes[n]!
      if (of < 0 || missing[n]) continue
      if (ofClass[of] === 0) rows[row++] = of
      ofClass[of]! += 1
    }
    for (let k = first; k < row; k++) {
      counts[k] = ofClass[rows[k]!]!
      ofClass[rows[k]!] = 0
    }
    starts[burst + 1] = row
    if (burst % imagesATurn === imagesATurn - 1) yield
  }
  return { starts, classes: rows.subarray(0, row), counts: counts.subarray(0, row), held, order }
}

/** A number in [0, 1) that goes by the seed and the image's bytes alone. */
function drawn(content: number, seed: number): number {
  let mixed = Math.imul(Math.floor(content / 2 ** 24) ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ (content % 2 ** 24), 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x27d4eb2f)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
}

interface Counted {
  /** Present images at class * 3 + split. */
  readonly before: Int32Array
  readonly after: Int32Array
  /** Bursts that a class has images in, of one image too; and those of several. */
  readonly bursts: Int32Array
  readonly several: Int32Array
}

function* counting({ count, classes, classIds, missing, splits: now }: Material, { burstOf, starts, members }: Grouped, then: Uint8Array): Generator<void, Counted> {
  const [before, after] = [new Int32Array(classIds.length * 3), new Int32Array(classIds.length * 3)]
  const [bursts, several] = [new Int32Array(classIds.length), new Int32Array(classIds.length)]
  const presentIn = new Int32Array(starts.length - 1)
  for (let n = 0; n < count; n++) if (!missing[n]) presentIn[burstOf[n]!]! += 1
  yield
  const lastBurst = new Int32Array(classIds.length).fill(-1)
  for (let k = 0; k < count; k++) {
    const n = members[k]!
    const of = classes[n]!
    if (of >= 0 && !missing[n]) {
      before[of * 3 + now[n]!]! += 1
      after[of * 3 + then[n]!]! += 1
      if (lastBurst[of] !== burstOf[n]) {
        bursts[of]! += 1
        if (presentIn[burstOf[n]!]! > 1) several[of]! += 1
      }
      lastBurst[of] = burstOf[n]!
    }
    if (k % imagesATurn === imagesATurn - 1) yield
  }
  return { before, after, bursts, several }
}

function* burstFacts({ ids, missing, splits: now }: Material, { starts, members }: Grouped, bursts: Bursts, then: Uint8Array): Generator<void, SplitPreview['bursts']> {
  const facts = { count: 0, images: 0, straddling: 0, heldApart: 0 }
  let largest: { readonly burst: number; readonly images: number }[] = []
  for (let burst = 0; burst + 1 < starts.length; burst++) {
    if (burst % imagesATurn === imagesATurn - 1) yield
    const present = members.subarray(starts[burst]!, starts[burst + 1]!).filter((n) => !missing[n])
    if (present.length < 2) continue
    facts.count += 1
    facts.images += present.length
    if (present.some((n) => now[n] !== now[present[0]!])) facts.straddling += 1
    if (present.some((n) => then[n] !== then[present[0]!])) facts.heldApart += 1
    if (largest.length < largestShown || present.length > largest.at(-1)!.images) {
      largest = [...largest, { burst, images: present.length }].sort((a, b) => b.images - a.images).slice(0, largestShown)
    }
  }
  const shown = largest.map(({ burst, images }) => ({
    images,
    classes: bursts.starts[burst + 1]! - bursts.starts[burst]!,
    imageIds: Array.from(members.subarray(starts[burst]!, starts[burst + 1]!).filter((n) => !missing[n]).slice(0, imagesShown), (n) => ids[n]!),
  }))
  return { ...facts, largest: shown }
}

/** How many images move, and a word that stands for which of them move where. */
function* difference({ count, ids, splits: now, missing }: Material, then: Uint8Array): Generator<void, { readonly moving: number; readonly token: string }> {
  let moving = 0
  let [one, other] = [0x811c9dc5, 0x01000193]
  for (let n = 0; n < count; n++) {
    if (then[n] !== now[n]) {
      if (!missing[n]) moving += 1
      one = Math.imul(one ^ (ids[n]! % 2 ** 32), 0x01000193) ^ then[n]!
      other = Math.imul(other ^ Math.imul(ids[n]! % 2 ** 32, 0x85ebca6b), 0xc2b2ae35) + then[n]!
    }
    if (n % imagesATurn === imagesATurn - 1) yield
  }
  return { moving, token: [moving, one >>> 0, other >>> 0].map((part) => part.toString(16)).join('-') }
}

function whyUntestable(after: SplitCounts, bursts: number, { valFraction, testFraction }: SplitRequest): Untestable | null {
  if (after.val + after.test > 0) return null
  if (sumOf(after) <= 1) return 'one-image'
  if (valFraction + testFraction === 0) return 'none-wanted'
  return bursts === 1 ? 'one-burst' : 'held'
}

function countsAt(counts: Int32Array, of: number): SplitCounts {
  return { train: counts[of * 3 + train]!, val: counts[of * 3 + val]!, test: counts[of * 3 + test]! }
}

function sumOf({ train: a, val: b, test: c }: SplitCounts): number {
  return a + b + c
}

function sum(classes: readonly SplitClass[], of: (one: SplitClass) => number): number {
  return classes.reduce((total, one) => total + of(one), 0)
}

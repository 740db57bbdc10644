/**
 * Which bursts are for training, validating and testing. A burst - images that must not straddle - goes to one split as a
 * whole, so a class of few bursts cannot have its shares exactly; what it gets is what matters most, in this order: an image
 * to train on, one to validate on, one to test on, then shares near those asked for.
 *
 * After iterative stratification (Sechidis, Tsoumakas, Vlahavas 2011), which deals with the rarest label first, with
 * bursts in the place of images.
 */
import { sortedInTurns } from './sorting.ts'

/** Bursts by their classes, as compressed rows: burst b has `counts[k]` images of class `classes[k]` for k from `starts[b]` to `starts[b + 1]`. */
export interface Bursts {
  readonly starts: Int32Array
  readonly classes: Int32Array
  readonly counts: Int32Array
  /** The split that a burst has to be in, by its number; -1 where it is free. */
  readonly held: Int8Array
  /** Draws between equals: smaller first. */
  readonly order: Float64Array
}

export const train = 0
export const val = 1
export const test = 2
/** The split of a burst that holds no image that counts: it stays where it is. */
export const anywhere = 255

/** So many steps are taken before others may have a turn. */
const stepsATurn = 5_000

/**
 * The split of each burst.
 * @param shares of training, validation and test images; a split with none gets no burst that is not held there
 */
export function* assignBursts(bursts: Bursts, classCount: number, shares: readonly [number, number, number]): Generator<void, Uint8Array> {
  const { starts, classes, counts, held, order } = bursts
  const burstCount = starts.length - 1
  const wanted = [train, val, test].filter((split) => split === train || shares[split]! > 0)
  const splitOf = new Uint8Array(burstCount).fill(anywhere)
  /** Images of each class: in all, and in each split so far. */
  const total = new Float64Array(classCount)
  const placed = new Float64Array(classCount * 3)
  const sizes = new Float64Array(burstCount)
  for (let burst = 0; burst < burstCount; burst++) {
    for (let k = starts[burst]!; k < starts[burst + 1]!; k++) {
      total[classes[k]!]! += counts[k]!
      sizes[burst]! += counts[k]!
    }
    if (burst % stepsATurn === 0) yield
  }
  const put = (burst: number, split: number): void => {
    const from = splitOf[burst]!
    for (let k = starts[burst]!; k < starts[burst + 1]!; k++) {
      if (from !== anywhere) placed[classes[k]! * 3 + from]! -= counts[k]!
      placed[classes[k]! * 3 + split]! += counts[k]!
    }
    splitOf[burst] = split
  }
  /** By how much the shares would be off with the burst there, each class by its own size: the rare ones weigh as much as the frequent. */
  const cost = (burst: number, split: number): number => {
    let sum = 0
    for (let k = starts[burst]!; k < starts[burst + 1]!; k++) {
      const of = classes[k]!
      sum += (counts[k]! * (2 * (placed[of * 3 + split]! - shares[split]! * total[of]!) + counts[k]!)) / total[of]!
    }
    return sum
  }

  for (let burst = 0; burst < burstCount; burst++) {
    if (held[burst]! >= 0) put(burst, held[burst]!)
    if (burst % stepsATurn === 0) yield
  }
  const burstsOf = yield* byClass(bursts, classCount)
  const rarestFirst = [...burstsOf.keys()].sort((a, b) => burstsOf[a]!.length - burstsOf[b]!.length || total[a]! - total[b]! || a - b)
  let steps = 0

  // An image in each split, as far as the class has bursts for it.
  for (const of of rarestFirst) {
    for (const split of wanted) {
      if (placed[of * 3 + split]! > 0) continue
      const free = burstsOf[of]!.filter((burst) => splitOf[burst] === anywhere)
      const best = least(free, order, (burst) => cost(burst, split))
      if (best !== undefined) put(best, split)
      if ((steps += free.length) > stepsATurn) yield void (steps = 0)
    }
  }

  // The others, large ones first, so that small ones are left to even things out.
  const left = new Uint32Array(burstCount)
  let leftCount = 0
  for (let burst = 0; burst < burstCount; burst++) {
    if (splitOf[burst] === anywhere && sizes[burst]! > 0) left[leftCount++] = burst
    if (burst % stepsATurn === 0) yield
  }
  const rest = yield* sortedInTurns(left.subarray(0, leftCount), (a, b) => sizes[b]! - sizes[a]! || order[a]! - order[b]!)
  for (let n = 0; n < rest.length; n++) {
    const burst = rest[n]!
    let best = train
    let bestCost = Infinity
    for (const split of wanted) {
      const found = cost(burst, split)
      if (found < bestCost) [best, bestCost] = [split, found]
    }
    put(burst, best)
    if (n % stepsATurn === stepsATurn - 1) yield
  }

  // Bursts of several classes may have gone where one of them did not need them: a second look, the rarest first again.
  const lacks = (of: number, split: number): boolean => placed[of * 3 + split] === 0
  /** Classes that would have no image there any more, were the burst taken away; those of `split` itself gain one. */
  const losers = (burst: number): number[] => {
    const found: number[] = []
    for (let k = starts[burst]!; k < starts[burst + 1]!; k++) if (placed[classes[k]! * 3 + splitOf[burst]!] === counts[k]!) found.push(classes[k]!)
    return found
  }
  for (const split of wanted) {
    for (const of of rarestFirst) {
      if (!lacks(of, split)) continue
      const movable = burstsOf[of]!.filter((burst) => held[burst]! < 0 && splitOf[burst] !== split)
      // To train on comes before all else; to be validated may cost the class itself its test, and no other class anything.
      const allowed = movable.filter((burst) => (split === train ? splitOf[burst] !== train : losers(burst).every((loser) => loser === of && splitOf[burst]! > split)))
      const best = least(allowed, order, (burst) => 1e6 * losers(burst).length + cost(burst, split))
      if (best !== undefined) put(best, split)
      if ((steps += movable.length) > stepsATurn) yield void (steps = 0)
    }
  }
  return splitOf
}

function* byClass({ starts, classes }: Bursts, classCount: number): Generator<void, Uint32Array[]> {
  const sizes = new Uint32Array(classCount)
  for (let k = 0; k < classes.length; k++) {
    sizes[classes[k]!]! += 1
    if (k % stepsATurn === 0) yield
  }
  const found = Array.from(sizes, (size) => new Uint32Array(size))
  const next = new Uint32Array(classCount)
  for (let burst = 0; burst + 1 < starts.length; burst++) {
    for (let k = starts[burst]!; k < starts[burst + 1]!; k++) found[classes[k]!]![next[classes[k]!]!++] = burst
    if (burst % stepsATurn === 0) yield
  }
  return found
}

function least(bursts: Uint32Array, order: Float64Array, costOf: (burst: number) => number): number | undefined {
  let best: number | undefined
  let bestCost = Infinity
  for (const burst of bursts) {
    const cost = costOf(burst)
    if (cost < bestCost || (cost === bestCost && order[burst]! < order[best!]!)) [best, bestCost] = [burst, cost]
  }
  return best
}

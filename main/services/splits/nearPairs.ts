/**
 * Pairs of images that look alike among very many. Looks that differ in at most d of their 64 bits differ in at most
 * d / 4 of the 16 bits of one of four bands at least: only images whose band is that near are compared, so that a million
 * take seconds and not the weeks that all their pairs would.
 */

export interface Looks {
  /** 8 bytes an image: see `importer/look.ts`. */
  readonly look: Uint8Array
  readonly tone: Uint8Array
}

/** Above, an image's band would have too many neighbours. */
export const maxDistance = 7
/** Fewer telling differences than that, and a look is that of any sky. */
const leastDetail = 16
/** How far mean colours and the brightness of a quarter may lie apart: a burst's exposure varies, its scene does not. */
const toneSlack = 32
const bandCount = 4
const bandSize = 1 << 16
/** Images, and comparisons, before others may have a turn: some thousandths of a second. */
const imagesATurn = 5_000
const comparisonsATurn = 400_000
/** Where so many images look nearly the same that this is not enough, the rest is left out, and said to be. */
const mostComparisons = 6_000_000_000
/** Images of one look but other colours that are told apart. */
const mostTones = 32

export interface Compared {
  /** Whether every pair was found. */
  readonly isWhole: boolean
  /** Images whose look says too little. */
  readonly plain: number
}

/** Tells each pair by the images' positions; of many that look exactly the same, each with one of them. */
export function* nearPairs({ look, tone }: Looks, distance: number, found: (a: number, b: number, distance: number) => void): Generator<void, Compared> {
  const images = look.length / 8
  const words = new Uint32Array(look.buffer, look.byteOffset, images * 2)
  const telling = yield* chosen(images, (n) => tone[n * 8 + 7]! >= leastDetail)
  const result = (isWhole: boolean): Compared => ({ isWhole, plain: images - telling.length })
  const different = yield* oneOfEach(telling, words, tone, found)
  const radius = distance >= bandCount ? 1 : 0
  const bands: Uint32Array[] = []
  for (let band = 0; band < bandCount; band++) bands.push(yield* mapped(different, (n) => bandOf(look, n, band)))
  let [comparisons, sinceTurn] = [0, 0]

  for (const [band, values] of bands.entries()) {
    const { starts, members } = yield* bucketed(values)
    // In the order of the buckets: what is compared lies side by side.
    const high = yield* mapped(members, (a) => words[different[a]! * 2]!)
    const low = yield* mapped(members, (a) => words[different[a]! * 2 + 1]!)
    const candidate = (a: number, b: number): void => {
      const [one, other] = [different[a]!, different[b]!]
      if (!isNearTone(tone, one, other)) return
      // A pair that an earlier band brought together is known.
      for (let earlier = 0; earlier < band; earlier++) if (bitsOf(bands[earlier]![a]! ^ bands[earlier]![b]!) <= radius) return
      found(one, other, bitsOf(words[one * 2]! ^ words[other * 2]!) + bitsOf(words[one * 2 + 1]! ^ words[other * 2 + 1]!))
    }
    for (let value = 0; value < bandSize; value++) {
      const [from, to] = [starts[value]!, starts[value + 1]!]
      if (from === to) continue
      for (let bit = radius === 0 ? -1 : 15; bit >= -1; bit--) {
        const near = bit < 0 ? value : value ^ (1 << bit)
        if (near < value) continue
        const [nearFrom, nearTo] = [starts[near]!, starts[near + 1]!]
        for (let i = from; i < to; i++) {
          const begin = near === value ? i + 1 : nearFrom
          const [highHere, lowHere] = [high[i]!, low[i]!]
          for (let j = begin; j < nearTo; j++) {
            if (bitsOf(highHere ^ high[j]!) + bitsOf(lowHere ^ low[j]!) <= distance) candidate(members[i]!, members[j]!)
          }
          if ((sinceTurn += nearTo - begin) < comparisonsATurn) continue
          comparisons += sinceTurn
          sinceTurn = 0
          if (comparisons > mostComparisons) return result(false)
          yield
        }
      }
    }
  }
  return result(true)
}

/** Of images of the very same look and near tones, the first; the others are paired with it. */
function* oneOfEach(telling: Uint32Array, words: Uint32Array, tone: Uint8Array, found: (a: number, b: number, distance: number) => void): Generator<void, Uint32Array> {
  // Chains of positions in `telling`, one more than they are: 0 is none.
  const mask = (1 << Math.ceil(Math.log2(2 * telling.length + 2))) - 1
  const heads = new Uint32Array(mask + 1)
  const nexts = new Uint32Array(telling.length + 1)
  const isFirst = (position: number): boolean => {
    const n = telling[position]!
    const [high, low] = [words[n * 2]!, words[n * 2 + 1]!]
    const slot = (Math.imul(high, 0x9e3779b1) ^ Math.imul(low ^ (high >>> 15), 0x85ebca6b)) & mask
    let [last, same] = [0, 0]
    for (let at = heads[slot]!; at !== 0; at = nexts[at]!) {
      const other = telling[at - 1]!
      last = at
      if (words[other * 2] !== high || words[other * 2 + 1] !== low) continue
      if (isNearTone(tone, n, other)) {
        found(other, n, 0)
        return false
      }
      if ((same += 1) === mostTones) return false
    }
    if (last === 0) heads[slot] = position + 1
    else nexts[last] = position + 1
    return true
  }
  return yield* mapped(yield* chosen(telling.length, isFirst), (position) => telling[position]!)
}

/** The numbers below `count` that hold, in their order. */
function* chosen(count: number, holds: (n: number) => boolean): Generator<void, Uint32Array> {
  const found = new Uint32Array(count)
  let next = 0
  for (let n = 0; n < count; n++) {
    if (holds(n)) found[next++] = n
    if (n % imagesATurn === 0) yield
  }
  return found.subarray(0, next)
}

function* mapped(values: Uint32Array, to: (value: number) => number): Generator<void, Uint32Array> {
  const found = new Uint32Array(values.length)
  for (let n = 0; n < values.length; n++) {
    found[n] = to(values[n]!)
    if (n % imagesATurn === 0) yield
  }
  return found
}

/** Two bits of every row, so that an image with an even sky still differs from others in each band. */
function bandOf(look: Uint8Array, n: number, band: number): number {
  let value = 0
  for (let row = 0; row < 8; row++) {
    const byte = look[n * 8 + row]!
    value |= (((byte >> band) & 1) | (((byte >> (band + 4)) & 1) << 1)) << (row * 2)
  }
  return value
}

/** Positions by their value: those of value v are `members` from `starts[v]` to `starts[v + 1]`. */
function* bucketed(values: Uint32Array): Generator<void, { readonly starts: Uint32Array; readonly members: Uint32Array }> {
  const starts = new Uint32Array(bandSize + 1)
  for (let n = 0; n < values.length; n++) {
    starts[values[n]! + 1]! += 1
    if (n % imagesATurn === 0) yield
  }
  for (let value = 0; value < bandSize; value++) starts[value + 1]! += starts[value]!
  const next = starts.slice()
  const members = new Uint32Array(values.length)
  for (let n = 0; n < values.length; n++) {
    members[next[values[n]!]!++] = n
    if (n % imagesATurn === 0) yield
  }
  return { starts, members }
}

export function isNearTone(tone: Uint8Array, a: number, b: number): boolean {
  for (let k = 0; k < 7; k++) if (Math.abs(tone[a * 8 + k]! - tone[b * 8 + k]!) > toneSlack) return false
  return true
}

function bitsOf(word: number): number {
  let left = word - ((word >>> 1) & 0x55555555)
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333)
  return Math.imul((left + (left >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

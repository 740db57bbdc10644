/** A stratified split: which of a class's images are held out to validate on. */
import { createHash } from 'node:crypto'
import type { Split } from '../../shared/contract/common.ts'

interface SplitImage {
  /** SHA-256 of the file. */
  readonly contentHash: Uint8Array
  /** Where an image of the same bytes has its place already. */
  readonly twin: Split | null
}

export interface SplitRequest {
  /** Images of the class that have their place already and keep it. */
  readonly train: number
  readonly val: number
  /** Those that have none yet. */
  readonly images: readonly SplitImage[]
  /** Of training and validation images together. */
  readonly valFraction: number
  readonly seed: number
}

/**
 * The places of the new images, in their order. A class of two or more images gets at least one validation image and
 * keeps at least one training image, as far as the new images can bring that about; a fraction of 0 holds out none.
 * Images of the same bytes stay together where that allows it, so that no image is validated on that was trained on; a
 * copy of a test image is a test image always.
 */
export function splitClass({ train, val, images, valFraction, seed }: SplitRequest): Split[] {
  const places = images.map(({ twin }): Split => twin ?? 'train')
  const free = [...images.keys()].filter((n) => images[n]!.twin === null)
  const settledTrain = train + images.filter(({ twin }) => twin === 'train').length
  const settledVal = val + images.filter(({ twin }) => twin === 'val').length
  const groups = sameBytes(images, free, seed)
  for (const n of heldOut(groups, settledTrain, settledVal, free.length, valFraction)) places[n] = 'val'

  // Only copies can be left to give: one class of nothing but copies is still better measured than not at all.
  const countOf = (split: Split): number => places.filter((place) => place === split).length
  const move = (from: Split, to: Split): void => {
    const [moved] = sameBytes(images, [...places.keys()].filter((n) => places[n] === from), seed)
    if (moved) places[moved[0]!] = to
  }
  if (train + countOf('train') === 0) move('val', 'train')
  if (valFraction > 0 && val + countOf('val') === 0 && train + countOf('train') >= 2) move('train', 'val')
  return places
}

/** Positions to validate on, of groups that stay together. */
function heldOut(groups: readonly (readonly number[])[], train: number, val: number, free: number, valFraction: number): readonly number[] {
  const total = train + val + free
  const mostVal = total - Math.max(1, train) - val
  const leastVal = total >= 2 && val === 0 ? 1 : 0
  const wanted = valFraction === 0 ? 0 : Math.max(0, Math.min(mostVal, Math.max(leastVal, Math.round(valFraction * total) - val)))
  const held: number[] = []
  for (const group of groups) if (held.length + group.length <= wanted) held.push(...group)
  if (held.length > 0 || wanted === 0 || groups.length === 0) return held
  const smallest = groups.reduce((least, group) => (group.length < least.length ? group : least))
  return smallest.length <= mostVal ? smallest : smallest.slice(0, wanted)
}

/** Those positions by equal bytes, in an order that follows from seed and content alone. */
function sameBytes(images: readonly SplitImage[], positions: readonly number[], seed: number): number[][] {
  const groups = new Map<string, number[]>()
  for (const n of positions) {
    const key = createHash('sha256').update(`${seed}:`).update(images[n]!.contentHash).digest('hex')
    const group = groups.get(key)
    if (group) group.push(n)
    else groups.set(key, [n])
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
}

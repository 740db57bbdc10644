/** A stratified split: which of a class's images are held out to validate on. */
import { createHash } from 'node:crypto'

export interface SplitRequest {
  /** Images of the class that have their place already and keep it. */
  readonly train: number
  readonly val: number
  /** SHA-256 of each image that has none yet. */
  readonly contentHashes: readonly Uint8Array[]
  /** Of training and validation images together. */
  readonly valFraction: number
  readonly seed: number
}

/**
 * The places of the new images, in their order. A class of two or more images gets at least one validation image and
 * keeps at least one training image, as far as the new images can bring that about; a fraction of 0 holds out none.
 * Images of the same bytes stay together where that allows it, so that no image is validated on that was trained on.
 */
export function splitClass({ train, val, contentHashes, valFraction, seed }: SplitRequest): ('train' | 'val')[] {
  const total = train + val + contentHashes.length
  const mostVal = total - Math.max(1, train) - val
  const leastVal = total >= 2 && val === 0 ? 1 : 0
  const wanted = valFraction === 0 ? 0 : Math.max(0, Math.min(mostVal, Math.max(leastVal, Math.round(valFraction * total) - val)))
  const places = contentHashes.map((): 'train' | 'val' => 'train')
  const groups = sameBytes(contentHashes, seed)

  let held = 0
  for (const group of groups) {
    if (held + group.length > wanted) continue
    for (const n of group) places[n] = 'val'
    held += group.length
  }
  // Only copies are left: one class of nothing but copies is still better measured than not at all.
  if (held === 0 && wanted > 0) {
    const smallest = groups.reduce((least, group) => (group.length < least.length ? group : least))
    const whole = smallest.length <= mostVal ? smallest : smallest.slice(0, wanted)
    for (const n of whole) places[n] = 'val'
  }
  return places
}

/** Positions of images with the same bytes, in an order that follows from seed and content alone. */
function sameBytes(contentHashes: readonly Uint8Array[], seed: number): number[][] {
  const groups = new Map<string, number[]>()
  for (const [n, contentHash] of contentHashes.entries()) {
    const key = createHash('sha256').update(`${seed}:`).update(contentHash).digest('hex')
    groups.set(key, [...(groups.get(key) ?? []), n])
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
}

/** Row ids from 1, a bit for each: a million need an eighth of a megabyte, and are put together a word at a time. */
export interface IdSet {
  readonly words: Uint32Array
}

export function idSet(ids: Iterable<number>, largest: number): IdSet {
  const set = { words: new Uint32Array((largest >>> 5) + 1) }
  for (const id of ids) add(set, id)
  return set
}

/** Of the ids below `size`, those that hold. */
export function idsThat(size: number, holds: (id: number) => boolean): IdSet {
  const set = { words: new Uint32Array((size >>> 5) + 1) }
  for (let id = 1; id < size; id++) if (holds(id)) add(set, id)
  return set
}

export function add({ words }: IdSet, id: number): void {
  words[id >>> 5]! |= 1 << (id & 31)
}

export function has({ words }: IdSet, id: number): boolean {
  return ((words[id >>> 5] ?? 0) & (1 << (id & 31))) !== 0
}

/** What is in every one of the sets, of which there is at least one. */
export function common([first, ...others]: readonly IdSet[]): IdSet {
  const words = first!.words.slice()
  for (const other of others) for (let at = 0; at < words.length; at++) words[at]! &= other.words[at] ?? 0
  return { words }
}

/** In ascending order. */
export function idsOf({ words }: IdSet): Uint32Array {
  const ids = new Uint32Array(sizeOf({ words }))
  let next = 0
  for (let at = 0; at < words.length; at++) {
    for (let left = words[at]!; left !== 0; left &= left - 1) ids[next++] = at * 32 + (31 - Math.clz32(left & -left))
  }
  return ids
}

function sizeOf({ words }: IdSet): number {
  let size = 0
  for (let word of words) for (; word !== 0; word &= word - 1) size += 1
  return size
}

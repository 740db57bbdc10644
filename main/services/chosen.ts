/** What is meant by a list and what is said of it. */
import type { Which } from '../../shared/contract/labels.ts'
import { Failure } from '../../shared/failure.ts'
import { has, idSet } from './idSet.ts'

type OfList = NonNullable<Which['of']>

/** @throws Failure `busy` where a part of the list is meant that is another one by now */
export function chosenOf(list: Uint32Array, { between, except, also }: Omit<OfList, 'query'>): Uint32Array {
  const part = between ? partOf(list, between) : list
  const largest = list.reduce((most, id) => Math.max(most, id), 0)
  const left = idSet(except.filter((id) => id <= largest), largest)
  const kept = part.filter((imageId) => !has(left, imageId))
  if (also.length === 0) return kept
  const known = idSet(kept, largest)
  const more = [...new Set(also)].filter((imageId) => !has(known, imageId))
  return joined(kept, Uint32Array.from(more))
}

function partOf(list: Uint32Array, { first, last, images, isLeftOut }: NonNullable<OfList['between']>): Uint32Array {
  const [from, to] = [list.indexOf(first), list.indexOf(last)]
  if (from < 0 || to - from + 1 !== images) throw new Failure('busy', 'The list changed since its images were picked, so nothing was done. Pick them again.')
  return isLeftOut ? joined(list.subarray(0, from), list.subarray(to + 1)) : list.subarray(from, to + 1)
}

function joined(one: Uint32Array, other: Uint32Array): Uint32Array {
  const both = new Uint32Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}

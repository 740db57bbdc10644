/** Sets and orders of images, told from the columns that main holds in memory. */
import { splits, type Split } from '../../shared/contract/common.ts'
import type { Outcome } from '../../shared/contract/images.ts'
import { groupOf, type Group } from '../../shared/tail.ts'
import type { AnswerColumns } from '../store/answerColumns.ts'
import { splitNumber, type ImageColumns } from '../store/imageColumns.ts'
import type { AnsweredBy } from '../store/mergedClasses.ts'
import { add, has, idSet, idsThat, type IdSet } from './idSet.ts'

/** In ascending order. */
export function everyImage({ splits: of }: ImageColumns): Uint32Array {
  const ids = new Uint32Array(of.length)
  let images = 0
  for (let id = 0; id < of.length; id++) if (of[id] !== 0) ids[images++] = id
  return ids.slice(0, images)
}

export function ofSplit({ splits: of }: ImageColumns, split: Split): IdSet {
  const number = splitNumber(split)
  return idsThat(of.length, (id) => of[id] === number)
}

export const ofClass = ({ classes }: ImageColumns, classId: number): IdSet => idsThat(classes.length, (id) => classes[id] === classId)

export const withMissingFile = ({ missing }: ImageColumns): IdSet => idsThat(missing.length, (id) => missing[id] === 1)

/** Whose files are there, as what is counted. */
export const withoutLabel = ({ classes, splits: of, missing }: ImageColumns): IdSet => idsThat(classes.length, (id) => classes[id] === 0 && of[id] !== 0 && missing[id] === 0)

export interface ImageCounts {
  /** Present images, at class id * number of splits + position of the split; those without a label at class id 0. */
  readonly present: Uint32Array
  readonly missing: number
}

export function countImages({ classes, splits: of, missing }: ImageColumns): ImageCounts {
  let classCount = 1
  for (let id = 0; id < classes.length; id++) if (classes[id]! >= classCount) classCount = classes[id]! + 1
  const counts = { present: new Uint32Array(classCount * splits.length), missing: 0 }
  for (let id = 0; id < classes.length; id++) {
    if (of[id] === 0) continue
    if (missing[id] === 0) counts.present[classes[id]! * splits.length + of[id]! - 1]! += 1
    else counts.missing += 1
  }
  return counts
}

/** @param classId 0 for what has no label */
export function presentOf({ present }: ImageCounts, classId: number): Readonly<Record<Split, number>> {
  const [train = 0, val = 0, test = 0] = present.subarray(classId * splits.length, (classId + 1) * splits.length)
  return { train, val, test }
}

/** Those of classes that have as many present training images as the group says; a class whose files are all gone is in none. */
export function ofGroup({ classes }: ImageColumns, counts: ImageCounts, group: Group): IdSet {
  const isWanted = Uint8Array.from({ length: counts.present.length / splits.length }, (_, classId) => {
    const { train, val, test } = presentOf(counts, classId)
    return Number(classId !== 0 && train + val + test > 0 && groupOf(train) === group)
  })
  return idsThat(classes.length, (id) => isWanted[classes[id]!] === 1)
}

/**
 * @param by merged classes, by the ones that answer for them
 * @param relabelled of images that were relabelled since they were scored, whether an expert has them right by now; asked for `rescued` alone
 */
export function ofOutcome(outcome: Outcome, { classes }: ImageColumns, { predicted: given, anExpertRight, agreed }: AnswerColumns, by: AnsweredBy, relabelled: () => ReadonlyMap<number, boolean>): IdSet {
  const size = classes.length
  const predicted = by.size === 0 ? given : given.map((classId) => by.get(classId) ?? classId)
  // Images that came after the answers were read were not scored.
  const isScored = (id: number): boolean => (predicted[id] ?? 0) !== 0
  const isWrong = (id: number): boolean => isScored(id) && classes[id] !== 0 && predicted[id] !== classes[id]
  if (outcome === 'right') return idsThat(size, (id) => isScored(id) && predicted[id] === classes[id])
  if (outcome === 'wrong') return idsThat(size, isWrong)
  if (outcome === 'agreed') return idsThat(size, (id) => agreed[id] === 1 && isWrong(id))
  const rightByNow = relabelled()
  return idsThat(size, (id) => isWrong(id) && (rightByNow.get(id) ?? anExpertRight[id] === 1))
}

/** Class after class, and what has none; within a class by split, those whose files are gone last, then by id. */
export function byClass({ classes, splits: of, missing }: ImageColumns, classIds: readonly number[]): Uint32Array {
  const placesOfClass = 2 * splits.length
  const byName = [...splits].sort()
  const splitPlaces = [0, ...splits.map((split) => 2 * byName.indexOf(split))]
  const classPlaces = new Map(classIds.map((classId, n) => [classId, n * placesOfClass]))
  const last = classIds.length * placesOfClass
  const placeOf = (id: number): number => (classPlaces.get(classes[id]!) ?? last) + splitPlaces[of[id]!]! + missing[id]!
  const starts = new Uint32Array(last + placesOfClass + 1)
  for (let id = 0; id < of.length; id++) if (of[id] !== 0) starts[placeOf(id) + 1]! += 1
  for (let place = 0; place + 1 < starts.length; place++) starts[place + 1]! += starts[place]!
  const ids = new Uint32Array(starts.at(-1)!)
  for (let id = 0; id < of.length; id++) if (of[id] !== 0) ids[starts[placeOf(id)]!++] = id
  return ids
}

/** Those that have a place in the order, each where it stands first, then all others. */
export function completed(first: Iterable<number>, columns: ImageColumns): Uint32Array {
  const every = everyImage(columns)
  const taken = idSet([], columns.splits.length)
  let next = 0
  const ids = new Uint32Array(every.length)
  for (const some of [first, every]) {
    for (const imageId of some) {
      if (has(taken, imageId)) continue
      add(taken, imageId)
      ids[next++] = imageId
    }
  }
  return ids
}

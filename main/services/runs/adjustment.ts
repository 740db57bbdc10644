/** A setting of the dial on its way into exported files, and out of imported ones: classes by their names. */
import { dialOfOffsets, logitOffsets, type Dial } from '../../../shared/dial.ts'
import type { RunClass } from '../../store/runs.ts'
import type { Adjustment } from '../../trainer/contract.ts'

/** Offsets that differ by no more come to the same answers, as near as float32 logits tell. */
const sameOffsets = 1e-4

export function adjustmentOf(classes: readonly RunClass[], dial: Dial): Adjustment {
  const names = new Map(classes.map(({ classId, name }) => [classId, name]))
  const shares = dial.shares.flatMap(({ classId, share }) => (names.has(classId) ? [{ className: names.get(classId)!, share }] : []))
  return { tau: dial.tau, mix: dial.mix, shares, offsets: [...logitOffsets(classes, dial)] }
}

/**
 * The setting that answers as the file's offsets do: the file's own, where the classes have as many training images here
 * as they had there; else the same offsets as typed shares, since tau and mix would come to others.
 * @param classes in the order of the file's outputs
 * @param classNames the file's names of them; null where it has none
 */
export function dialOfAdjustment({ tau, mix, shares, offsets }: Adjustment, classes: readonly RunClass[], classNames: readonly string[] | null): Dial {
  const ids = new Map(classNames?.map((name, c) => [name, classes[c]!.classId]))
  const own = { tau, mix, shares: shares.flatMap(({ className, share }) => (ids.has(className) ? [{ classId: ids.get(className)!, share }] : [])) }
  return own.shares.length === shares.length && isAlike(logitOffsets(classes, own), offsets) ? own : dialOfOffsets(classes.map(({ classId }) => classId), offsets)
}

/** Up to what is added to all of them alike, which changes no answer. */
function isAlike(found: Float32Array, wanted: readonly number[]): boolean {
  const between = found[0]! - wanted[0]!
  return wanted.every((offset, c) => Math.abs(found[c]! - offset - between) <= sameOffsets)
}

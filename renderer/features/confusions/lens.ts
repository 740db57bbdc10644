/** What the experts made of classes, summed over the classes of a view. */
import type { LensClass } from '../../../shared/contract/confusions.ts'

export type LensSums = Omit<LensClass, 'classId'>

export function summed(classes: readonly LensClass[]): LensSums {
  const sums = { images: 0, right: 0, apart: 0, pairsApart: 0, anotherRight: 0, allWrong: 0, expertRight: new Array<number>(), lastAsked: new Array<number>() }
  for (const one of classes) {
    for (const key of ['images', 'right', 'apart', 'pairsApart', 'anotherRight', 'allWrong'] as const) sums[key] += one[key]
    for (const key of ['expertRight', 'lastAsked'] as const) for (const [n, count] of one[key].entries()) sums[key][n] = (sums[key][n] ?? 0) + count
  }
  return sums
}

/** Of all pairs of experts, over all images, the share with different answers; null where there is no pair. */
export function disagreementOf({ images, pairsApart, expertRight }: LensSums): number | null {
  const pairs = (expertRight.length * (expertRight.length - 1)) / 2
  return images * pairs > 0 ? pairsApart / (images * pairs) : null
}

/** The expert that was right most often, counted from 1; of equal ones the first. */
export function bestExpert({ expertRight }: LensSums): { readonly expert: number; readonly right: number } | null {
  const right = Math.max(...expertRight)
  return expertRight.length === 0 ? null : { expert: expertRight.indexOf(right) + 1, right }
}

/** The long tail in numbers: groups, imbalance, order. */

/** Many: more than 100 training images a class; medium: 20 to 100; few: fewer than 20 (RIDE, section 4). */
export const groups = ['many', 'medium', 'few'] as const
export type Group = (typeof groups)[number]
/** Beside a group's colour, or where its name has no room. */
export const groupLetters: Readonly<Record<Group, string>> = { many: 'M', medium: 'm', few: 'F' }

export function groupOf(trainImages: number): Group {
  if (trainImages > 100) return 'many'
  return trainImages >= 20 ? 'medium' : 'few'
}

/** Largest over smallest count among the classes that have training images; null where fewer than two have. */
export function imbalanceFactor(trainCounts: readonly number[]): number | null {
  const present = trainCounts.filter((count) => count > 0)
  return present.length < 2 ? null : Math.max(...present) / Math.min(...present)
}

/** Sorts classes by falling training count, then by name, so that equal counts keep one order everywhere. */
export function headFirst(a: { readonly train: number; readonly name: string }, b: { readonly train: number; readonly name: string }): number {
  return b.train - a.train || byText(a.name, b.name)
}

/** A cell off the diagonal of a confusion matrix. */
export interface Mistake {
  /** Training images of the true class. */
  readonly train: number
  readonly count: number
  readonly actualName: string
  readonly predictedName: string
}

/** Sorts what classes were taken for: the rarest true class first, then by falling count, then by names. */
export function rarestFirst(a: Mistake, b: Mistake): number {
  return a.train - b.train || b.count - a.count || byText(a.actualName, b.actualName) || byText(a.predictedName, b.predictedName)
}

/** By code units and not by a locale: the same order on every machine. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

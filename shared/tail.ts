/** The long tail in numbers: groups, imbalance, order. */

/** Many: more than 100 training images a class; medium: 20 to 100; few: fewer than 20 (RIDE, section 4). */
export const groups = ['many', 'medium', 'few'] as const
export type Group = (typeof groups)[number]

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
  return b.train - a.train || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
}

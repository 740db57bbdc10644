/** The per-class table: what it shows and in which order. */
import type { ClassResult } from '../../../shared/contract/confusions.ts'
import { groups, headFirst } from '../../../shared/tail.ts'
import { nameHolds } from '../../nameHolds.ts'

export const scoreColumns = ['name', 'group', 'train', 'support', 'recall', 'precision'] as const
export type ScoreColumn = (typeof scoreColumns)[number]

/** A sorted copy; classes without a value come last in both directions, equal ones rarest first. */
export function sortedScores(classes: readonly ClassResult[], column: ScoreColumn, descending: boolean): ClassResult[] {
  const valueOf = (one: ClassResult): number | string | null => (column === 'group' ? groups.indexOf(one.group) : column === 'name' ? one.name.toLowerCase() : one[column])
  return [...classes].sort((a, b) => {
    const [left, right] = [valueOf(a), valueOf(b)]
    if (left === right) return headFirst(b, a)
    if (left === null) return 1
    if (right === null) return -1
    return (left < right ? -1 : 1) * (descending ? -1 : 1)
  })
}

export function scoresNamed(classes: readonly ClassResult[], search: string): ClassResult[] {
  return classes.filter(({ name }) => nameHolds(name, search))
}

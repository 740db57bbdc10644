/** Images by group and split, before and after. */
import { splits, type Split } from '../../../shared/contract/common.ts'
import type { SplitClass, SplitCounts, SplitPreview } from '../../../shared/contract/splits.ts'
import { groups, type Group } from '../../../shared/tail.ts'

export interface GroupShares {
  readonly group: Group
  readonly classes: number
  readonly before: SplitCounts
  readonly after: SplitCounts
}

/** Groups that have a class. */
export function sharesByGroup(classes: readonly SplitClass[]): GroupShares[] {
  return groups.flatMap((group) => {
    const own = classes.filter((one) => one.group === group)
    return own.length === 0 ? [] : [{ group, classes: own.length, before: sum(own.map((one) => one.before)), after: sum(own.map((one) => one.after)) }]
  })
}

function sum(counts: readonly SplitCounts[]): SplitCounts {
  const of = (split: Split): number => counts.reduce((total, one) => total + one[split], 0)
  return { train: of('train'), val: of('val'), test: of('test') }
}

/** How images are split now, as a preview that changes nothing. */
export function presentOf(preview: SplitPreview): SplitPreview {
  return {
    ...preview,
    moving: 0,
    after: preview.before,
    classes: preview.classes.map((one) => ({ ...one, after: one.before, untestable: sumOf(one.before) === 1 && one.before.train === 1 ? 'one-image' : null })),
    bursts: { ...preview.bursts, heldApart: 0 },
  }
}

const sumOf = ({ train, val, test }: SplitCounts): number => train + val + test

/** The widths of a bar's parts, in per cent; a part of anything is wide enough to be seen. */
export function widths(counts: SplitCounts): readonly { readonly split: Split; readonly percent: number }[] {
  const total = sumOf(counts)
  return total === 0 ? [] : splits.flatMap((split) => (counts[split] === 0 ? [] : [{ split, percent: Math.max(0.8, (100 * counts[split]) / total) }]))
}

/** Classes that need a look first, then by their order. */
export function troubledFirst(classes: readonly SplitClass[]): readonly SplitClass[] {
  return [...classes].sort((a, b) => trouble(a) - trouble(b))
}

function trouble({ after, untestable }: SplitClass): number {
  if (after.train === 0) return 0
  return untestable ? 1 : 2
}

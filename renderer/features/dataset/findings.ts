/** What stands out in a dataset, and what can be looked at because of it. */
import type { ClassFrequency, Tail } from '../../../shared/contract/classes.ts'

export type Finding = 'singletons' | 'untestable' | 'duplicates' | 'missing' | 'skipped'

export const titles: Readonly<Record<Finding, string>> = {
  singletons: 'Classes with one image',
  untestable: 'Classes that cannot be tested',
  duplicates: 'Exact duplicates',
  missing: 'Missing files',
  skipped: 'Skipped files',
}

export const explanations: Readonly<Record<Finding, string>> = {
  singletons: 'One image cannot be in training and in validation at once. More images of these classes help most.',
  untestable: 'These classes have neither a validation nor a test image, so that no score of theirs can be known.',
  duplicates: 'Each of these has exactly the bytes of an image that was imported earlier.',
  missing: 'These files were gone when their folder was last imported. Their labels are kept; importing the folder again finds them if they are back.',
  skipped: 'These files lie in the imported folders and were not taken, each for the reason beside it.',
}

/** The classes that a finding is about. */
export function classesOf(finding: Finding, classes: readonly ClassFrequency[]): readonly ClassFrequency[] {
  if (finding === 'singletons') return classes.filter((one) => one.train + one.val + one.test === 1)
  return finding === 'untestable' ? classes.filter((one) => one.val + one.test === 0) : []
}

/** The three cards under the chart. */
export function cardsOf(findings: Tail['findings']): readonly { readonly title: string; readonly lines: readonly { readonly finding: Finding; readonly count: number }[] }[] {
  return [
    { title: 'Classes', lines: [{ finding: 'singletons', count: findings.singletons }, { finding: 'untestable', count: findings.untestable }] },
    { title: 'Images', lines: [{ finding: 'duplicates', count: findings.duplicates }, { finding: 'missing', count: findings.missing }] },
    { title: 'Files', lines: [{ finding: 'skipped', count: findings.skipped }] },
  ]
}

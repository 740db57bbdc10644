/** What stands out in a dataset, and what can be looked at because of it. */
import type { ClassFrequency, Tail } from '../../../shared/contract/classes.ts'
import { text } from '../../text/index.ts'

/** About classes, which are listed beside the tail. */
export type ClassFinding = 'singletons' | 'untestable' | 'empty'
/** About images and files, which Images shows. */
type ImageFinding = 'unlabelled' | 'duplicates' | 'contradictions' | 'missing' | 'skipped'
export type Finding = ClassFinding | ImageFinding

const { cards, explanations } = text.dataset.findings

export const isOfClasses = (finding: Finding): finding is ClassFinding => finding in explanations

/** The classes that a finding is about. */
export function classesOf(finding: ClassFinding, classes: readonly ClassFrequency[]): readonly ClassFrequency[] {
  if (finding === 'singletons') return classes.filter((one) => one.train + one.val + one.test === 1)
  return finding === 'untestable' ? classes.filter((one) => one.val + one.test === 0) : []
}

/** The three cards under the chart. */
export function cardsOf(findings: Tail['findings']): readonly { readonly title: string; readonly lines: readonly { readonly finding: Finding; readonly count: number }[] }[] {
  return [
    { title: cards.classes, lines: [{ finding: 'singletons', count: findings.singletons }, { finding: 'untestable', count: findings.untestable }, { finding: 'empty', count: findings.empty }] },
    { title: cards.images, lines: [{ finding: 'unlabelled', count: findings.unlabelled }, { finding: 'duplicates', count: findings.duplicates }, { finding: 'contradictions', count: findings.contradictions }, { finding: 'missing', count: findings.missing }] },
    { title: cards.files, lines: [{ finding: 'skipped', count: findings.skipped }] },
  ]
}

/** What a comparison of two runs comes to, in the same words in a window and on the command line. */
import type { GroupComparison } from './contract/comparisons.ts'

/** Below it a difference is called clear, as is usual. */
const clearBelow = 0.05

const groupWords = { all: 'all classes', many: 'the many group', medium: 'the medium group', few: 'the few group' } as const satisfies Record<GroupComparison['group'], string>

/** 0.0352 as `p = 0.035`, 0.00001 as `p < 0.001`. */
export function chanceWords(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${Number(p.toPrecision(2))}`
}

const count = (value: number): string => value.toLocaleString('en')
const turnedWords = ({ turnedRight, turnedWrong }: GroupComparison): string => `${count(turnedRight)} ${turnedRight === 1 ? 'image' : 'images'} turned right, ${count(turnedWrong)} wrong`

/** "Run 7 is better on the few group: 12 images turned right, 3 wrong (p = 0.035)." */
export function testSentence(group: GroupComparison, before: number, after: number): string {
  const where = groupWords[group.group]
  const { turnedRight, turnedWrong, p } = group
  if (p === null) return `There are no images of ${where} to compare on.`
  if (turnedRight + turnedWrong === 0) return `On ${where} both are right on the very same images.`
  const evidence = `${turnedWords(group)} (${chanceWords(p)})`
  if (p >= clearBelow) return `No clear difference on ${where}: ${evidence}.`
  return `Run ${turnedRight > turnedWrong ? after : before} is better on ${where}: ${evidence}.`
}

const points = (share: number): string => `${Math.abs(100 * share).toFixed(1)} points`

/** What better figures overall must not hide: a few group that fell, and any group that clearly did. */
export function comparisonWarnings(groups: readonly GroupComparison[], after: number): string[] {
  const rose = (groups.find(({ group }) => group === 'all')?.difference?.share ?? 0) > 0
  return groups.flatMap((group) => {
    const { difference, p } = group
    if (group.group === 'all' || difference === null || p === null || difference.share >= 0) return []
    const isClear = p < clearBelow
    if (!isClear && !(rose && group.group === 'few')) return []
    const overall = rose ? `Run ${after} is better overall, but ` : `In run ${after}, `
    return [`${overall}${groupWords[group.group]} fell by ${points(difference.share)}: ${turnedWords(group)} (${chanceWords(p)}${isClear ? '' : ', which may be chance'}).`]
  })
}

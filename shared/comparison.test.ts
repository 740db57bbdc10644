import { expect, it } from 'vitest'
import { chanceWords, comparisonWarnings, testSentence } from './comparison.ts'
import type { GroupComparison } from './contract/comparisons.ts'
import { pairedOf } from './paired.ts'

const compared = (group: GroupComparison['group'], turnedRight: number, turnedWrong: number, stayed = 20): GroupComparison => ({ group, ...pairedOf({ stayedRight: stayed, turnedRight, turnedWrong, stayedWrong: stayed }) })

it('says which run is better where more than chance turned', () => {
  expect(testSentence(compared('few', 12, 3), 4, 7)).toBe('Run 7 is better on the few group: 12 images turned right, 3 wrong (p = 0.035).')
  expect(testSentence(compared('all', 3, 12), 4, 7)).toBe('Run 4 is better on all classes: 3 images turned right, 12 wrong (p = 0.035).')
  expect(testSentence(compared('many', 1, 3), 4, 7)).toBe('No clear difference on the many group: 1 image turned right, 3 wrong (p = 0.63).')
  expect(testSentence(compared('many', 0, 0), 4, 7)).toBe('On the many group both are right on the very same images.')
  expect(testSentence(compared('medium', 0, 0, 0), 4, 7)).toBe('There are no images of the medium group to compare on.')
})

it('writes chance with two digits, and never as none', () => {
  expect([1, 0.5, 0.0049, 0.001, 1e-9, 0].map(chanceWords)).toEqual(['p = 1', 'p = 0.5', 'p = 0.0049', 'p = 0.001', 'p < 0.001', 'p < 0.001'])
})

it('warns of a few group that fell while all rose, even where that may be chance', () => {
  const warnings = comparisonWarnings([compared('all', 30, 10), compared('many', 28, 5), compared('few', 2, 5)], 7)
  expect(warnings).toEqual(['Run 7 is better overall, but the few group fell by 6.4 points: 2 images turned right, 5 wrong (p = 0.45, which may be chance).'])
})

it('warns of any group that clearly fell, and of nothing else', () => {
  expect(comparisonWarnings([compared('all', 10, 30), compared('medium', 2, 22), compared('few', 2, 5)], 7)).toEqual(['In run 7, the medium group fell by 31.3 points: 2 images turned right, 22 wrong (p < 0.001).'])
  expect(comparisonWarnings([compared('all', 30, 10), compared('many', 3, 5), compared('few', 5, 2)], 7)).toEqual([])
})

/** What a person chooses for a split, as the fields hold it. */
import * as v from 'valibot'
import type { SplitCounts, SplitRequest } from '../../../shared/contract/splits.ts'
import { Failure } from '../../../shared/failure.ts'
import { namePattern, usualPattern } from '../../../shared/namePattern.ts'
import { keptFor } from '../../keptFor.ts'

export interface Draft {
  valPercent: number
  testPercent: number
  byFolder: boolean
  folder: 'whole' | 'outermost' | 'innermost'
  byTime: boolean
  gapSeconds: number
  byName: boolean
  pattern: string
  byLook: boolean
  keepFolder: boolean
  keepPerson: boolean
  seed: number
}

const usual: Readonly<Draft> = {
  valPercent: 20,
  testPercent: 0,
  byFolder: false,
  folder: 'whole',
  byTime: false,
  gapSeconds: 60,
  byName: false,
  pattern: usualPattern,
  byLook: false,
  keepFolder: true,
  keepPerson: true,
  seed: 0,
}

/** Near-duplicates that a draw keeps together differ by so many bits at most. */
const lookDistance = 3

/** Beyond it too little would be left to train on. */
export const mostPercent = 90

const RulesSchema = v.object({
  byFolder: v.boolean(),
  folder: v.picklist(['whole', 'outermost', 'innermost']),
  byTime: v.boolean(),
  gapSeconds: v.number(),
  byName: v.boolean(),
  pattern: v.string(),
  byLook: v.boolean(),
  keepFolder: v.boolean(),
  keepPerson: v.boolean(),
})
/** What does not follow from the shares: what stays together, and what keeps its split. */
type Rules = v.InferOutput<typeof RulesSchema>

/** By what the project was split last: by other rules, another share alone would tear bursts apart. */
export const keptRules = keptFor('splits', RulesSchema)

export const rulesOf = (draft: Draft): Rules => v.parse(RulesSchema, draft)

/** What the fields hold before anything is chosen: the shares of now, where a draw could give them, and the rules of last. */
export function draftOf({ train, val, test }: SplitCounts, rules: Rules | null = null): Draft {
  const percent = (count: number): number => Math.round((100 * count) / Math.max(1, train + val + test))
  const ruled = { ...usual, ...rules }
  const present = { ...ruled, valPercent: percent(val), testPercent: percent(test) }
  return isDrawable(present) && train + val + test > 0 ? present : ruled
}

export function requestOf(draft: Draft): SplitRequest {
  return {
    valFraction: draft.valPercent / 100,
    testFraction: draft.testPercent / 100,
    together: {
      folder: draft.byFolder ? draft.folder : null,
      gapSeconds: draft.byTime ? draft.gapSeconds : null,
      namePattern: draft.byName ? draft.pattern : null,
      lookDistance: draft.byLook ? lookDistance : null,
    },
    keepFolder: draft.keepFolder,
    keepPerson: draft.keepPerson,
    seed: draft.seed,
  }
}

/** Why the pattern cannot be used; empty where it can. */
export function patternFault({ byName, pattern }: Draft): string {
  if (!byName) return ''
  try {
    namePattern(pattern)
    return ''
  } catch (error) {
    return Failure.from(error).message
  }
}

export function isDrawable(draft: Draft): boolean {
  return draft.valPercent + draft.testPercent <= mostPercent && patternFault(draft) === ''
}

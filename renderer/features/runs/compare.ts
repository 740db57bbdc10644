/** What two runs differ in, and which classes changed most. */
import { configFacts, type Fact } from '../../../shared/configuration.ts'
import type { ClassComparison } from '../../../shared/contract/comparisons.ts'
import type { Epoch, Run } from '../../../shared/contract/runs.ts'
import { dialWords } from '../../../shared/dial.ts'
import { groups } from '../../../shared/tail.ts'
import { useNumberFormat } from '../../composables/useNumberFormat.ts'
import { classesOf } from '../../text/counts.ts'
import { text } from '../../text/index.ts'
import { accuracyCurves, type Curve } from './curves.ts'

const { count } = useNumberFormat()
const words = text.compare.config

export interface SettingRow {
  readonly name: string
  /** Null where the run has no such setting. */
  readonly before: string | null
  readonly after: string | null
}

/** Settings of both in the order of the first; those that only the second has come last. */
export function settingRows(before: Pick<Run, 'config' | 'trainImages' | 'classes' | 'dial'>, after: Pick<Run, 'config' | 'trainImages' | 'classes' | 'dial'>): { readonly different: readonly SettingRow[]; readonly same: readonly SettingRow[] } {
  const [one, other] = [before, after].map((run) => new Map([...configFacts(run.config), ...moreFacts(run)].map((fact) => [fact.name, wordsOf(fact)])))
  const names = [...new Set([...one!.keys(), ...other!.keys()])]
  const rows = names.map((name) => ({ name, before: one!.get(name) ?? null, after: other!.get(name) ?? null }))
  return { different: rows.filter((row) => row.before !== row.after), same: rows.filter((row) => row.before === row.after) }
}

/** What configFacts leaves to those who show how far a run came. */
const moreFacts = ({ config, trainImages, classes, dial }: Pick<Run, 'config' | 'trainImages' | 'classes' | 'dial'>): Fact[] => [
  ...(config.epochs > 0 ? [{ name: words.epochs, value: count(config.epochs) }] : []),
  { name: words.images, value: words.imagesIn(count(trainImages), classesOf(classes)) },
  ...(dial ? [{ name: words.adjusted, value: dialWords(dial) }] : []),
]
const wordsOf = ({ value, term }: Fact): string => (term ? `${value} (${term})` : value)

export const changeOf = ({ images, turnedRight, turnedWrong }: ClassComparison): number => (turnedRight - turnedWrong) / Math.max(1, images)
export const recallBefore = ({ images, stayedRight, turnedWrong }: ClassComparison): number => (stayedRight + turnedWrong) / Math.max(1, images)
export const recallAfter = ({ images, stayedRight, turnedRight }: ClassComparison): number => (stayedRight + turnedRight) / Math.max(1, images)

type ClassColumn = 'change' | 'name' | 'images' | 'before' | 'after' | 'right' | 'wrong'

/** The few group before the others, and in each group what changed most; or by a column. A sorted copy. */
export function sortedClasses(classes: readonly ClassComparison[], sort: { readonly key: string; readonly descending: boolean } | null): ClassComparison[] {
  if (!sort) return [...classes].sort((a, b) => groups.indexOf(b.group) - groups.indexOf(a.group) || Math.abs(changeOf(b)) - Math.abs(changeOf(a)) || a.name.localeCompare(b.name, 'en'))
  const value = valuesOf[sort.key as ClassColumn]
  return [...classes].sort((a, b) => {
    const [one, other] = [value(a), value(b)]
    return (one < other ? -1 : one > other ? 1 : 0) * (sort.descending ? -1 : 1)
  })
}

const valuesOf: Readonly<Record<ClassColumn, (of: ClassComparison) => number | string>> = {
  change: changeOf,
  name: ({ name }) => name,
  images: ({ images }) => images,
  before: recallBefore,
  after: recallAfter,
  right: ({ turnedRight }) => turnedRight,
  wrong: ({ turnedWrong }) => turnedWrong,
}

/** One curve of each run over each other: the one before dashed. */
export function pairOfCurves(key: Curve['key'], before: { readonly id: number; readonly epochs: readonly Epoch[] }, after: { readonly id: number; readonly epochs: readonly Epoch[] }): Curve[] {
  return [before, after].flatMap(({ id, epochs }, n) => accuracyCurves(epochs).flatMap((curve) => (curve.key === key ? [Object.assign({ name: `run ${id}`, dashed: n === 0 }, curve)] : [])))
}

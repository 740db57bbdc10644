/** What runs have to do with each other: which stands on which, and which learnt from which. */
import type { Run } from '../../../shared/contract/runs.ts'
import { text } from '../../text/index.ts'

const words = text.results.relations

export interface Relation {
  /** "Stands on", "On this run", ... */
  readonly words: string
  readonly runIds: readonly number[]
}

/** Only what holds; runs in the order in which they were made. */
export function relationsOf(run: Run, runs: readonly Run[]): Relation[] {
  const ids = (fits: (other: Run) => boolean): number[] => runs.filter(fits).map(({ id }) => id).sort((a, b) => a - b)
  return [
    { words: words.base, runIds: run.config.baseRun === null ? [] : [run.config.baseRun] },
    { words: words.teacher, runIds: run.config.teacherRun === null ? [] : [run.config.teacherRun] },
    { words: words.onThis, runIds: ids((other) => other.config.baseRun === run.id) },
    { words: words.learntFromThis, runIds: ids((other) => other.config.teacherRun === run.id) },
  ].filter(({ runIds }) => runIds.length > 0)
}

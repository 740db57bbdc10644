/** What runs have to do with each other: which stands on which, and which learnt from which. */
import type { Run } from '../../../shared/contract/runs.ts'
import { isImported } from '../../../shared/recipe.ts'
import { labelOf, lossChoices } from './choices.ts'
import { shortStage } from './secondStages.ts'

export interface Relation {
  /** "Stands on", "On this run", ... */
  readonly words: string
  readonly runIds: readonly number[]
}

/** Only what holds; runs in the order in which they were made. */
export function relationsOf(run: Run, runs: readonly Run[]): Relation[] {
  const ids = (fits: (other: Run) => boolean): number[] => runs.filter(fits).map(({ id }) => id).sort((a, b) => a - b)
  return [
    { words: 'Stands on', runIds: run.config.baseRun === null ? [] : [run.config.baseRun] },
    { words: 'Learnt from', runIds: run.config.teacherRun === null ? [] : [run.config.teacherRun] },
    { words: 'On this run', runIds: ids((other) => other.config.baseRun === run.id) },
    { words: 'Learnt from this run', runIds: ids((other) => other.config.teacherRun === run.id) },
  ].filter(({ runIds }) => runIds.length > 0)
}

/** What the list says a run is: its loss, or what stands on which run. */
export function methodWords({ config }: Pick<Run, 'config'>): string {
  if (config.stage !== 'experts') return config.baseRun === null ? `${shortStage(config.stage)}, from a file` : `${shortStage(config.stage)} on run ${config.baseRun}`
  if (isImported(config)) return 'Weights from a file'
  const loss = labelOf(lossChoices, config.loss)
  return config.teacherRun === null ? loss : `${loss}, learnt from run ${config.teacherRun}`
}

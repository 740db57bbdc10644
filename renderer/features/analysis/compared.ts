/** Which runs an analysis is of: on which images they are compared, and which routers on them are not among them. */
import type { Answer } from '../../../shared/contract/analysis.ts'
import type { Split } from '../../../shared/contract/common.ts'
import type { Run } from '../../../shared/contract/runs.ts'
import { splitToShow, splitWords } from '../../../shared/splits.ts'

type Compared = Pick<Run, 'id' | 'config' | 'scored'>

/** The split that all of them were scored on; where there is none, validation images, which the answer then says. */
export function splitOfAll(runs: readonly Compared[]): Split {
  const [first, ...others] = runs.map(({ scored }) => scored)
  return splitToShow((first ?? []).filter((split) => others.every((scored) => scored.includes(split)))) ?? 'val'
}

/** Routers on the runs with these ids, other than those runs themselves. */
export function routersOn(runs: readonly Compared[], runIds: readonly number[]): Compared[] {
  return runs.filter(({ id, config }) => config.stage === 'router' && config.baseRun !== null && runIds.includes(config.baseRun) && !runIds.includes(id))
}

/** Why the answers lack a router; empty where they do not, or where there can be none. */
export function routerWords(answers: readonly Answer[], runs: readonly Compared[], runIds: readonly number[], split: Split): string {
  const told = new Set(answers.flatMap(({ kind, runId }) => (kind === 'router' ? [runId] : [])))
  const left = routersOn(runs, runIds).filter(({ id }) => !told.has(id))
  if (left.length > 0) {
    const reasons = left.map(({ id, scored }) => `run ${id} was ${scored.includes(split) ? 'scored on other images or labels' : `not scored on ${splitWords[split]} images`}`)
    return `Of the routers, ${reasons.join(', and ')}: scored on these, ${left.length === 1 ? 'it is' : 'they are'} compared too.`
  }
  const mayHaveOne = runs.some(({ id, config }) => runIds.includes(id) && config.experts > 1)
  return told.size > 0 || !mayHaveOne ? '' : `No router stands on ${runIds.length > 1 ? 'these runs' : 'this run'} yet: the run’s page makes one.`
}

/** Whether the analysis changes with the scores of a run: of these, or of a router on them; one that nothing is known of may be one. */
export function isOf(runId: number, runs: readonly Compared[], runIds: readonly number[]): boolean {
  return runIds.includes(runId) || routersOn(runs, runIds).some(({ id }) => id === runId) || !runs.some(({ id }) => id === runId)
}

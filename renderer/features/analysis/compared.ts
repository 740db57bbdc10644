/** Which runs an analysis is of: on which images they are compared, and which routers on them are not among them. */
import type { Split } from '../../../shared/contract/common.ts'
import type { WorkbenchContract } from '../../../shared/contract/index.ts'
import type { Run } from '../../../shared/contract/runs.ts'
import type { Answer } from '../../../shared/rpc.ts'
import { splitToShow } from '../../../shared/splits.ts'
import { text } from '../../text/index.ts'

type Compared = Pick<Run, 'id' | 'config' | 'scored'>
type Told = Pick<Answer<WorkbenchContract, 'analysis.variance'>, 'answers' | 'otherRouters'>

/** The split that all of them were scored on; where there is none, validation images, which the answer then says. */
export function splitOfAll(runs: readonly Compared[]): Split {
  const [first, ...others] = runs.map(({ scored }) => scored)
  return splitToShow((first ?? []).filter((split) => others.every((scored) => scored.includes(split)))) ?? 'val'
}

/** Routers on the runs with these ids, other than those runs themselves. */
function routersOn(runs: readonly Compared[], runIds: readonly number[]): Compared[] {
  return runs.filter(({ id, config }) => config.stage === 'router' && config.baseRun !== null && runIds.includes(config.baseRun) && !runIds.includes(id))
}

/** Why the answers lack a router; empty where they do not, or where there can be none. */
export function routerWords({ answers, otherRouters }: Told, runs: readonly Compared[], runIds: readonly number[], split: Split): string {
  const unscored = routersOn(runs, runIds).filter(({ scored }) => !scored.includes(split))
  const reasons = [...otherRouters.map((id) => text.analysis.notScored.onThese(id)), ...unscored.map(({ id }) => text.analysis.notScored.on(id, split))]
  if (reasons.length > 0) return text.analysis.routersLeftOut(reasons)
  const hasRouter = answers.some(({ kind }) => kind === 'router')
  const mayHaveOne = runs.some(({ id, config }) => runIds.includes(id) && config.experts > 1)
  return hasRouter || !mayHaveOne ? '' : text.analysis.noRouter(runIds.length)
}

/** Whether the analysis changes with the scores of a run: of these, or of a router on them; one that nothing is known of may be one. */
export function isOf(runId: number, runs: readonly Compared[], runIds: readonly number[]): boolean {
  return runIds.includes(runId) || routersOn(runs, runIds).some(({ id }) => id === runId) || !runs.some(({ id }) => id === runId)
}

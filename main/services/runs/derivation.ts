/** Which second stage can stand on which run. */
import { Failure } from '../../../shared/failure.ts'
import type { RunConfig, SecondStage } from '../../../shared/recipe.ts'
import { reasonAgainstStage } from '../../../shared/refusals.ts'
import { runById, type RunClass, type RunRecord } from '../../store/runs.ts'
import type { OpenProject } from '../projects.ts'
import { refuseWithoutWeights } from './checks.ts'
import { runFolder } from './folder.ts'

const stageNames = { router: 'Router', crt: 'cRT', lws: 'LWS', 'tau-norm': 'Tau-norm' } as const satisfies Record<SecondStage, string>

/** "Router of run 3" */
export function secondStageName(stage: SecondStage, baseRun: number): string {
  return `${stageNames[stage]} of run ${baseRun}`
}

type Base = Pick<RunRecord, 'id' | 'status' | 'config'>

/** @throws Failure `invalid-input` that says why the run carries no such stage */
export function refuseUnderivable(base: Base, stage: SecondStage, classes: readonly RunClass[]): void {
  const bare = stage === 'tau-norm' ? undefined : classes.find(({ train }) => train === 0)
  const reason = reasonAgainstStage(base, stage) ?? (bare && `The class ${JSON.stringify(bare.name)} has no training images in run ${base.id}, so it cannot be drawn as often as the others. Import some, and then the weights again.`)
  if (reason !== undefined) throw new Failure('invalid-input', reason)
}

/**
 * The folder of the run that a second stage stands on; null for experts. From its own checkpoint on a run needs it no more.
 * @throws Failure `not-found` where a run that begins finds no weights there
 */
export function baseFolderOf(project: OpenProject, { baseRun }: RunConfig, resume: boolean): string | null {
  if (baseRun === null) return null
  const folder = runFolder(project, baseRun)
  if (!resume) {
    const base = runById(project.db, baseRun)
    if (!base) throw new Failure('not-found', `Run ${baseRun}, which this one stands on, is not in this project.`)
    refuseWithoutWeights(base, folder)
  }
  return folder
}

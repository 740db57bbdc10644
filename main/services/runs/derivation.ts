/** Which second stage can stand on which run. */
import { Failure } from '../../../shared/failure.ts'
import type { RunConfig, SecondStage } from '../../../shared/recipe.ts'
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
  const reason = reasonAgainst(base, stage, classes)
  if (reason !== undefined) throw new Failure('invalid-input', reason)
}

function reasonAgainst({ id, status, config }: Base, stage: SecondStage, classes: readonly RunClass[]): string | undefined {
  const { head, experts, baseRun } = config
  if (status !== 'finished') return `Run ${id} is ${status}, and a second stage stands on a finished run. Let it finish first.`
  if (config.stage === 'router') {
    const advice = baseRun === null ? 'Choose a run without a router.' : `Choose run ${baseRun}, which it stands on.`
    return `Run ${id} is a router: nothing can be trained on top of one. ${advice}`
  }
  if (stage === 'router') {
    if (experts === 1) return `Run ${id} has one expert, so there is nothing for a router to choose. Train a run with two experts or more.`
    if (config.stage === 'lws' && head === 'cosine') return `Run ${id} scales the outputs of a cosine classifier, which no weights can hold together with a router. Put the router on run ${baseRun}, which it stands on.`
  }
  if (stage === 'tau-norm') return head === 'cosine' ? `Run ${id} has a cosine classifier, which divides the norms out already: tau-normalisation changes nothing. Train a run with a linear classifier.` : undefined
  const bare = classes.find(({ train }) => train === 0)
  return bare && `The class ${JSON.stringify(bare.name)} has no training images in run ${id}, so it cannot be drawn as often as the others. Import some, and then the weights again.`
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

/** What can be known to stop a training before it starts, or goes on. */
import type { Run } from '../../../shared/contract/runs.ts'
import { Failure } from '../../../shared/failure.ts'
import { isImported } from '../../../shared/recipe.ts'
import { hasCheckpoint } from '../../checkpoints.ts'
import type { Db } from '../../store/db.ts'
import { trainableCounts, type RunRecord } from '../../store/runs.ts'
import type { Trainer } from '../../trainer/client.ts'

/** @throws Failure that says what is missing for a training. */
export function refuseUntrainable(db: Db): void {
  const { images, labelled, classes } = trainableCounts(db)
  if (images === 0) throw new Failure('invalid-input', 'There are no images to train on. Import a folder of labelled images first.')
  if (labelled === 0) throw new Failure('invalid-input', `None of the ${images} images has a class. Give some of them a class first.`)
  if (classes < 2) {
    throw new Failure('invalid-input', `Training needs at least two classes with training images; this project has ${classes === 1 ? 'one' : 'none'}. Import images of more classes into the training split.`)
  }
}

/** @throws Failure `runtime-missing` where there is no GPU that TensorFlow can use */
export async function refuseWithoutGpu(trainer: Trainer): Promise<void> {
  await trainer.call('devices', { device: 'gpu' })
}

/** Statuses that no process works on. */
export const atRest: ReadonlySet<Run['status']> = new Set(['finished', 'stopped', 'interrupted', 'failed'])

type Ended = Pick<RunRecord, 'status' | 'failureCode' | 'config'>

/** Whether there is anything left to do for a run, and a chance that it succeeds. */
export function canResume({ status, failureCode, config }: Ended, runFolder: string): boolean {
  return atRest.has(status) && status !== 'finished' && failureCode !== 'diverged' && !(isImported(config) && !hasCheckpoint(runFolder))
}

/** @throws Failure `invalid-input` where resuming a run that is at rest leads nowhere */
export function refuseUnresumable(run: RunRecord, runFolder: string): void {
  if (canResume(run, runFolder)) return
  throw new Failure('invalid-input', `Run ${run.id} ${whyNotResumed(run)}`)
}

function whyNotResumed({ status, failureCode }: RunRecord): string {
  if (status === 'finished') return 'is finished: there is nothing left to resume. Start a new run for more epochs.'
  if (failureCode === 'diverged') return 'diverged, and would again: resumed, it takes the very same steps. Start a new run with a lower learning rate.'
  return 'was to hold imported weights, which never arrived. Import the weights file again.'
}

/** What can be done with a run that ended before its time. */
export function goOnAdvice({ config }: Pick<RunRecord, 'config'>, runFolder: string): string {
  if (hasCheckpoint(runFolder)) return isImported(config) ? 'Resume the run to score it.' : 'Resume the run to go on from its last checkpoint.'
  return isImported(config) ? 'Its weights had not arrived yet: import the weights file again.' : 'It has no checkpoint yet: resume it to begin anew.'
}

/** @throws Failure `not-found` where the run's weights are nowhere on disk */
export function refuseWithoutWeights(run: RunRecord, runFolder: string): void {
  if (hasCheckpoint(runFolder)) return
  if (run.status === 'finished') throw new Failure('not-found', `Run ${run.id} is finished, but its checkpoints are gone from ${runFolder}. Put them back, or start a new run.`)
  if (isImported(run.config)) throw new Failure('not-found', `Run ${run.id} ${whyNotResumed(run)}`)
  const advice = canResume(run, runFolder) ? 'Resume it and let it finish an epoch.' : 'It diverged before the first one: start a new run with a lower learning rate.'
  throw new Failure('not-found', `Run ${run.id} has no checkpoint yet. ${advice}`)
}

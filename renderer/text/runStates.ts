/** How far a run is, what became of it, and which weights its result is of. */
import type { Run, RunProgress, RunStatus } from '../../shared/contract/runs.ts'
import { isImported } from '../../shared/recipe.ts'
import { useNumberFormat } from '../composables/useNumberFormat.ts'

const { count } = useNumberFormat()

export const statusWords: Readonly<Record<RunStatus, string>> = {
  preparing: 'preparing',
  training: 'training',
  evaluating: 'scoring',
  finished: 'finished',
  stopped: 'stopped',
  interrupted: 'interrupted',
  failed: 'failed',
}

/** "Epoch 12 of 30, step 40 of 85" */
export function phaseSentence(progress: RunProgress): string {
  const step = `${count(progress.done)} of ${count(progress.total)}`
  if (progress.phase === 'preparing') return `Preparing images: ${step}`
  if (progress.phase === 'evaluating') return `Scoring images: ${step}`
  return `Epoch ${count(progress.epoch)} of ${count(progress.epochs)}, step ${step}`
}

/** What became of a run that did not finish, and what can be done; null where it finished or goes on. */
export function endingOf(run: Run): { readonly tone: 'error' | 'warn'; readonly text: string } | null {
  const next = nextOf(run)
  if (run.status === 'failed') return { tone: 'error', text: `${run.failure ?? 'The run failed.'} ${next}` }
  if (run.status === 'interrupted') return { tone: 'warn', text: `${run.failure ?? 'The program that trained this run ended before it was done.'} ${next}` }
  if (run.status === 'stopped') return { tone: 'warn', text: `Stopped ${whereStopped(run)}. ${next}` }
  return null
}

/** Which weights the result is of, where they are not those of the last whole epoch; null where they are, or where there is no result. */
export function scoredWhere({ status, evaluation, epochsDone, config }: Run): string | null {
  if (status !== 'stopped' || !evaluation || epochsDone >= config.epochs) return null
  return `Scored as stopped, in epoch ${epochsDone + 1}; ${epochsDone === 0 ? 'no epoch is whole, so that there are no curves.' : `the curves end with epoch ${epochsDone}, the last whole one.`}`
}

function whereStopped({ epochsDone, config }: Run): string {
  // Weights from a file and evened classifiers have no epochs: all that is left of them is their scores.
  if (config.epochs === 0) return 'before it was scored'
  return epochsDone === 0 ? 'in the first epoch' : `after epoch ${epochsDone} of ${config.epochs}`
}

function nextOf({ canResume, hasCheckpoint, epochsDone, config }: Run): string {
  if (!canResume) return isImported(config) ? 'This run cannot be resumed: import its weights again.' : 'This run cannot be resumed: start a new one.'
  if (!hasCheckpoint) return 'It has no checkpoint yet: resumed, it starts from the beginning.'
  if (config.epochs === 0) return 'Resumed, it goes on with the scores.'
  return epochsDone < config.epochs ? `Resumed, it goes on with epoch ${epochsDone + 1} of ${config.epochs}.` : 'Resumed, it goes on with the scores: every epoch is done.'
}

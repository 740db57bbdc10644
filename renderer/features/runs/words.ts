/** A run's state in words. */
import type { Run, RunStatus } from '../../../shared/contract/runs.ts'
import { isImported } from '../../../shared/recipe.ts'

export const statusWords: Readonly<Record<RunStatus, string>> = {
  preparing: 'preparing',
  training: 'training',
  evaluating: 'scoring',
  finished: 'finished',
  stopped: 'stopped',
  interrupted: 'interrupted',
  failed: 'failed',
}

export const titleOf = (run: Pick<Run, 'id' | 'name'>): string => (run.name && run.name.toLowerCase() !== `run ${run.id}` ? `Run ${run.id}: ${run.name}` : `Run ${run.id}`)

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

/** Whether a run ended before its weights were scored, and they can be. */
export const canScore = (run: Run): boolean => (run.status === 'interrupted' || run.status === 'stopped' || run.status === 'failed') && run.evaluation === null && run.hasCheckpoint && run.valImages > 0

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

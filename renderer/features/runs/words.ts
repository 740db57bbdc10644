/** A run's state in words. */
import type { Run, RunStatus } from '../../../shared/contract/runs.ts'

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
  const resume = run.canResume ? ` Resume continues after epoch ${run.epochsDone} of ${run.config.epochs}.` : ' It has no checkpoint to go on from: start a new run.'
  if (run.status === 'failed') return { tone: 'error', text: `${run.failure ?? 'The run failed.'}${resume}` }
  if (run.status === 'interrupted') return { tone: 'warn', text: `The program that trained this run ended before it was done.${resume}` }
  if (run.status === 'stopped') return { tone: 'warn', text: `Stopped after epoch ${run.epochsDone} of ${run.config.epochs}.${run.canResume ? ' Resume goes on from there.' : ''}` }
  return null
}

/** What the experts made of some classes, asked for again whenever labels change. */
import type { LensClass } from '../../../shared/contract/confusions.ts'
import { call } from '../../api.ts'
import { useAnswer } from '../../composables/useAnswer.ts'
import { useProjectEvents } from '../../projectEvents.ts'
import type { useConfusionsStore } from './store.ts'

export interface Scope {
  /** Class ids; without, any. */
  readonly actual?: readonly number[]
  readonly predicted?: readonly number[]
}

/** @param scope null while nobody looks */
export function useLens(store: ReturnType<typeof useConfusionsStore>, scope: () => Scope | null) {
  const ask = async (): Promise<readonly LensClass[] | null> => {
    const of = scope()
    const { projectId, runId, split, labels } = store
    if (!of || projectId === null || runId === null || store.unscored) return null
    return call('confusions.lens', { projectId, runId, split, labels, ...(of.actual && { actual: [...of.actual] }), ...(of.predicted && { predicted: [...of.predicted] }) })
  }
  const answer = useAnswer(ask, [scope, () => store.runId, () => store.split, () => store.labels, () => store.unscored])
  useProjectEvents(['labels.changed', 'classes.changed'], () => store.projectId, () => void (scope() && answer.again()))
  useProjectEvents(['confusions.changed'], () => store.projectId, ({ runId }) => void (runId === store.runId && scope() && answer.again()))
  return answer
}

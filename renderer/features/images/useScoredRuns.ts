import { computed } from 'vue'
import type { ImageQuery } from '../../../shared/contract/images.ts'
import { call } from '../../api.ts'
import { useAnswer } from '../../composables/useAnswer.ts'
import { useProjectEvents } from '../../projectEvents.ts'
import type { ImagesFilter } from './filter.ts'

/** A run and a split that it was scored on. */
export interface ScoredRun {
  readonly id: number
  readonly name: string
  readonly split: NonNullable<ImageQuery['run']>['split']
}

/** Every run with each split that it was scored on, newest first, and the one that the filter means. */
export function useScoredRuns(projectId: () => string, filter: () => ImagesFilter) {
  const { answer, again } = useAnswer(() => call('runs.list', { projectId: projectId() }))
  useProjectEvents(['runs.changed', 'runs.guessed'], projectId, again)

  const scored = computed<ScoredRun[]>(() => [...(answer.value ?? [])].sort((a, b) => b.id - a.id).flatMap(({ id, name, scored: ofSplits }) => ofSplits.map((split) => ({ id, name, split }))))
  /** The newest run; of images without a label the newest that has guessed them, as any other would leave the digits without a meaning. */
  const usual = computed(() => {
    const guessed = filter().kind === 'unlabelled' ? answer.value?.filter((one) => one.hasGuesses).map(({ id }) => id) : undefined
    return (guessed && scored.value.find((one) => guessed.includes(one.id))) ?? scored.value[0]
  })
  const run = computed<ImageQuery['run'] | null>(() => {
    const { runId, on: split } = filter()
    const found = scored.value.find((one) => one.id === runId && (split === null || one.split === split)) ?? (runId === null ? usual.value : undefined)
    return found ? { runId: found.id, split: found.split } : null
  })
  return { scored, run }
}

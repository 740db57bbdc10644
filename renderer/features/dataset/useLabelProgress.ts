import { computed, shallowRef } from 'vue'
import type { LabelProgress } from '../../../shared/contract/labels.ts'
import { useProjectEvents } from '../../projectEvents.ts'

/** How far the project's export of labels, reading of a file or guessing is; begun anew with `restart`. */
export function useLabelProgress(projectId: () => string, what: LabelProgress['what']) {
  const progress = shallowRef<LabelProgress | null>(null)
  const share = computed(() => (progress.value?.total ? progress.value.done / progress.value.total : null))
  useProjectEvents(['labels.progress'], projectId, (told) => void (told.what === what && (progress.value = told)))
  return { progress, share, restart: (): void => void (progress.value = null) }
}

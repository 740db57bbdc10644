/** The classes that an image can be relabelled to: those of the project, its best guesses with their digits. */
import { computed, shallowRef, watch } from 'vue'
import type { KnownClass } from '../../../shared/confusions.ts'
import type { Prediction } from '../../../shared/contract/confusions.ts'
import { call } from '../../api.ts'
import { useNotices } from '../../composables/useNotices.ts'
import { useProjectEvents } from '../../projectEvents.ts'
import { withDigits, type PickableClass } from '../../ui/classRanking.ts'

export function usePickable(projectId: () => string | null, classOf: (classId: number) => KnownClass | undefined, image: () => Prediction | undefined) {
  const { tellFailure } = useNotices()
  const listed = shallowRef<readonly { readonly id: number; readonly name: string; readonly images: number }[]>([])

  async function read(): Promise<void> {
    const id = projectId()
    if (id === null) return
    const found = await call('classes.list', { projectId: id })
    if (projectId() === id) listed.value = found
  }
  const again = (): void => void read().catch(tellFailure)
  watch(projectId, again, { immediate: true })
  useProjectEvents(['classes.changed'], projectId, again)

  const known = computed(() => listed.value.map(({ id, name, images }): PickableClass => ({ id, name, group: classOf(id)?.group ?? null, count: images })))
  return computed(() => withDigits(known.value, image()?.guesses ?? []))
}

import { watch, type Ref } from 'vue'
import type { ImageQuery, ListedImage } from '../../../shared/contract/images.ts'
import type { Step } from '../../../shared/contract/labels.ts'
import { call } from '../../api.ts'
import type { Which } from './store.ts'
import type { usePicking } from './usePicking.ts'

interface List {
  readonly projectId: () => string
  readonly query: Readonly<Ref<ImageQuery>>
  readonly total: Readonly<Ref<number | null>>
  readonly at: (index: number) => ListedImage | null
}

/** Changes what is meant, and moves on. What is meant is what was in sight at the key: whoever goes on before the answer takes nothing else along. */
export function useMovingOn({ projectId, query, total, at }: List, { current, anchor, selection, count, image, none, firstPicked, which }: ReturnType<typeof usePicking>) {
  /** Where a list has an image; null where it has not. */
  const placeOf = (imageId: number, list: ImageQuery): Promise<number | null> => call('images.place', { projectId: projectId(), query: list, imageId }).catch(() => null)

  /** Where the keys go on after several: where the first of them stood, as what came after it has moved up; they stay at the image that they were at where none has left. */
  async function placeAfter(ids: readonly (number | null | undefined)[], firstIndex: number, list: ImageQuery): Promise<number> {
    const places = await Promise.all(ids.flatMap((id) => (id ? [placeOf(id, list)] : [])))
    return places.includes(null) ? Math.max(0, Math.min((total.value ?? 1) - 1, firstIndex)) : (places.at(-1) ?? firstIndex)
  }

  /** @param change begins at once, and answers null where nothing was done */
  async function change(begin: (which: Which) => Promise<Step | null>): Promise<void> {
    const meant = which()
    if (!meant) return
    const [picked, list] = [count.value > 0 ? selection.value : null, query.value]
    // Whoever moves meanwhile stays with the image that they moved to: by then the list may be shorter by those that were changed.
    let shown = picked ? null : at(current.value + 1)
    const [first, here] = picked ? [firstPicked(), image.value] : [null, null]
    let moves = 0
    function follow(_now: number, before: number): void {
      // From beyond the end of a list that became shorter nobody moved: the end did.
      if (before >= (total.value ?? 0)) return
      moves += 1
      shown = image.value
    }
    const stopFollowing = watch(current, follow, { flush: 'sync' })
    try {
      const step = await begin(meant)
      if (!step) return
      if (picked && selection.value === picked) none()
      const there = moves
      const place = shown ? await placeOf(shown.id, list) : first && (await placeAfter([first.id, here?.id], first.index, list))
      if (place === null || query.value !== list || moves !== there) return
      current.value = place
      if (count.value === 0) anchor.value = place
    } finally {
      stopFollowing()
    }
  }

  return { placeOf, change }
}

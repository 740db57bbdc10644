/** What a person turns to next, fetched while nothing else goes on: the first look at a large matrix is as fast as later ones. */
import { onScopeDispose, watch } from 'vue'

/** @param projectId of the open project; null where none is open */
export function usePreload(projectId: () => string | null): void {
  let isGone = false
  onScopeDispose(() => (isGone = true))
  watch(
    projectId,
    (id) => {
      // What cannot be fetched now is fetched, or fails in words, once somebody turns to it.
      if (id !== null) preload(id, () => !isGone && projectId() === id).catch(() => undefined)
    },
    { immediate: true },
  )
}

async function preload(id: string, isStill: () => boolean): Promise<void> {
  await idle()
  if (!isStill()) return
  const [{ useConfusionsStore }] = await Promise.all([import('./features/confusions/store.ts'), import('./features/confusions/ConfusionsView.vue')])
  const store = useConfusionsStore()
  if (!isStill() || store.projectId === id) return
  await store.open(id, null)
  // Each is kept once it was asked for.
  for (const prepare of [() => store.matrix, () => store.mistakes]) {
    await idle()
    if (!isStill()) return
    prepare()
  }
}

const longestWaitMs = 5_000

/** Safari has no such callback. */
function idle(): Promise<void> {
  return new Promise((resolve) => ('requestIdleCallback' in window ? requestIdleCallback(() => resolve(), { timeout: longestWaitMs }) : setTimeout(resolve, longestWaitMs / 5)))
}

import { watch, type Ref, type WatchSource } from 'vue'

/** Nothing has the focus, or the link that led to the view has it still. */
function isFree(): boolean {
  const at = document.activeElement
  return !at || at === document.body || at.closest('nav a') !== null
}

/**
 * What a view is there for takes the focus as it appears, so that its keys work on arrival. Whatever else a person is in keeps it.
 * @param when what may have taken away a button that had the focus
 */
export function useTakingFocus(target: Readonly<Ref<{ readonly focus: () => void } | null>>, when: readonly WatchSource[] = []): void {
  watch([target, ...when], () => isFree() && target.value?.focus(), { flush: 'post' })
}

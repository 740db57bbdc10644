import { computed, onScopeDispose, shallowReactive, type Ref } from 'vue'

const open = shallowReactive(new Set<Ref<boolean>>())
/** Whether a dialog waits for an answer: nothing else goes on until it has one. */
export const isDialogOpen = computed(() => [...open].some((one) => one.value))

/** Counts a dialog among those that may be open, for as long as it lives. */
export function useDialog(isOpen: Ref<boolean>): void {
  open.add(isOpen)
  onScopeDispose(() => open.delete(isOpen))
}

import { computed, ref } from 'vue'

/** The class under the pointer or under the arrow keys: a position from 0, or null. */
export function useTailCursor(count: () => number) {
  const at = ref<number | null>(null)
  const valid = computed(() => (at.value !== null && at.value >= 0 && at.value < count() ? at.value : null))

  /** Moves by an arrow, page, Home or End key; false where the key is another. */
  function press(key: string): boolean {
    const page = Math.max(2, Math.round(count() / 10))
    const from = valid.value ?? -1
    const targets: Readonly<Record<string, number>> = { ArrowRight: from + 1, ArrowLeft: from - 1, PageDown: from + page, PageUp: from - page, Home: 0, End: count() - 1 }
    const target = targets[key]
    if (target === undefined) return false
    at.value = Math.min(count() - 1, Math.max(0, target))
    return true
  }
  return { at, position: valid, press }
}

import { onScopeDispose, readonly, ref, watch } from 'vue'

/** Becomes true a painted frame after `isThere` first holds: for what may come after that which a person waits for. */
export function useAfterPaint(isThere: () => boolean) {
  const isPainted = ref(false)
  let frame = 0
  let task: ReturnType<typeof setTimeout> | undefined
  const stop = watch(
    isThere,
    (now) => {
      if (!now || frame !== 0) return
      // Tasks come after the frame that they were asked for in.
      frame = requestAnimationFrame(() => (task = setTimeout(() => (isPainted.value = true))))
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    stop()
    cancelAnimationFrame(frame)
    clearTimeout(task)
  })
  return readonly(isPainted)
}

import { onScopeDispose, ref, watch, type Ref } from 'vue'

/** Width and height of an element's content, in CSS pixels, as they change. */
export function useElementSize(element: Readonly<Ref<HTMLElement | null>>) {
  const width = ref(0)
  const height = ref(0)
  const observer = new ResizeObserver(([entry]) => {
    if (!entry) return
    width.value = entry.contentRect.width
    height.value = entry.contentRect.height
  })
  watch(
    element,
    (now, before) => {
      if (before) observer.unobserve(before)
      if (!now) return
      // At once, so that what goes by it is in the first frame; the observer tells only after that.
      const style = getComputedStyle(now)
      width.value = now.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
      height.value = now.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom)
      observer.observe(now)
    },
    { immediate: true },
  )
  onScopeDispose(() => observer.disconnect())
  return { width, height }
}

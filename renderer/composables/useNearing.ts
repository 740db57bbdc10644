import { onScopeDispose, watch, type ComponentPublicInstance, type Ref } from 'vue'

/** How far below what is in sight something counts as near, in the scroller's own heights. */
const ahead = '200%'

/** Calls `near` whenever the end of a list comes near to what is in sight of its scroller. */
export function useNearing(end: Readonly<Ref<ComponentPublicInstance | null>>, scroller: Readonly<Ref<HTMLElement | null>>, near: () => void): void {
  let observer: IntersectionObserver | undefined
  watch([end, scroller], ([last, root]) => {
    observer?.disconnect()
    if (!(last?.$el instanceof Element) || !root) return
    observer = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && near(), { root, rootMargin: `0px 0px ${ahead} 0px` })
    observer.observe(last.$el)
  })
  onScopeDispose(() => observer?.disconnect())
}

/** The image of the pane that the keys are at. */
import { computed, nextTick, ref, watch, type Ref } from 'vue'
import type { useCellImagesStore } from './images.ts'

/** @param list holds an element for each image, in their order */
export function useImagesCursor(store: ReturnType<typeof useCellImagesStore>, list: Readonly<Ref<HTMLElement | null>>) {
  const at = ref(0)
  const image = computed(() => store.images[at.value])
  /** Where a range with Shift began. */
  let anchor = 0

  // The keys work from the moment that the images are there, unless a person went elsewhere meanwhile. What is asked for
  // while the pane is open, as by a click into the list, takes the focus as the pane took it when it opened.
  watch(
    () => store.asked,
    (asked) => {
      at.value = 0
      anchor = 0
      if (asked) list.value?.closest('aside')?.focus()
    },
  )
  watch(
    () => store.images[0]?.imageId,
    async (first) => {
      if (first === undefined) return
      await nextTick()
      if (document.activeElement?.closest('aside') ?? document.activeElement === document.body) focusOn(0)
    },
  )

  function focusOn(index: number): void {
    at.value = Math.max(0, Math.min(store.images.length - 1, index))
    const item = list.value?.children[at.value]
    if (!(item instanceof HTMLElement)) return
    item.focus({ preventScroll: true })
    reveal()
  }

  /** Of an image that does not fit in the list, its picture is shown, which is at its top. */
  function reveal(): void {
    const item = list.value?.children[at.value]
    if (item) item.scrollIntoView({ block: item.clientHeight > list.value!.clientHeight ? 'start' : 'nearest' })
  }

  /** With `isMarking` everything from where the range began is marked. */
  function go(index: number, isMarking = false): void {
    const from = at.value
    focusOn(index)
    if (!isMarking) anchor = at.value
    else store.mark(store.images.slice(Math.min(anchor, from, at.value), Math.max(anchor, from, at.value) + 1).map(({ imageId }) => imageId), true)
  }

  /** To the image after the last of these. */
  async function goPast(imageIds: readonly number[]): Promise<void> {
    const passed = new Set(imageIds)
    const last = store.images.reduce((found, { imageId }, n) => (passed.has(imageId) ? n : found), -1)
    await nextTick()
    go(last + 1)
  }
  return { at, image, go, goPast, reveal }
}

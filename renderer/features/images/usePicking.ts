import { computed, ref, watch, type Ref } from 'vue'
import { mostIds, type ImageQuery, type ListedImage } from '../../../shared/contract/images.ts'
import { call } from '../../api.ts'
import { useNotices } from '../../composables/useNotices.ts'
import { keepPlace, takePlace } from './keptPlace.ts'
import { between, everything, inverted, isPicked, nothing, only, sizeOf, toggled, type Selection } from './selection.ts'
import type { Which } from './store.ts'

interface List {
  readonly projectId: () => string
  /** Its project's, which has the same when it is opened again. */
  readonly folder: () => string
  readonly query: Readonly<Ref<ImageQuery>>
  readonly total: Readonly<Ref<number | null>>
  readonly at: (index: number) => ListedImage | null
}

/** Where a list of images is looked at, and what is picked of it, from the image on that the keys are at; another list begins with nothing. */
export function usePicking({ projectId, folder, query, total, at }: List) {
  const { tellFailure } = useNotices()
  const current = ref(0)
  /** How many images the list begins below, and how many it is scrolled below by now: of that no view must hear with every pixel. */
  const begin = ref(0)
  let above = 0
  /** How often was picked: the answer to a range that is not the latest of it comes too late. */
  let picks = 0
  /** Where a range begins. */
  const anchor = ref(0)
  const selection = ref<Selection>(nothing)
  const count = computed(() => sizeOf(selection.value, total.value ?? 0))
  const image = computed(() => at(current.value))

  const list = computed(() => JSON.stringify([folder(), query.value]))
  let kept = takePlace()
  watch(
    list,
    (now) => {
      const place = kept?.list === now ? kept : { current: 0, above: 0, selection: nothing }
      if (place === kept) kept = null
      ;[current.value, anchor.value, begin.value, selection.value] = [place.current, place.current, place.above, place.selection]
      ;({ above } = place)
      picks += 1
    },
    { immediate: true },
  )
  const keep = (): void => keepPlace({ list: list.value, current: current.value, above, selection: selection.value })
  watch([list, current, selection], keep)
  function scrolled(to: number): void {
    above = to
    keep()
  }
  watch(total, (now) => now !== null && (current.value = Math.max(0, Math.min(now - 1, current.value))))

  /** What is picked becomes that from where the last range began to here; what was picked stays where that cannot be told. */
  async function range(to: number): Promise<void> {
    const [first, last] = [Math.min(anchor.value, to), Math.max(anchor.value, to)]
    if (first === 0 && last === (total.value ?? 0) - 1) {
      all()
      return
    }
    const [asked, mine] = [query.value, (picks += 1)]
    const idsOf = (from: number, until: number): Promise<number[]> => call('images.ids', { projectId: projectId(), query: asked, first: from, last: until })
    try {
      if (last - first < mostIds) {
        const ids = await idsOf(first, last)
        if (picks === mine) selection.value = only(ids)
        return
      }
      const [[firstId], [lastId]] = await Promise.all([idsOf(first, first), idsOf(last, last)])
      if (picks === mine && firstId !== undefined && lastId !== undefined) selection.value = between({ first, last, firstId, lastId })
    } catch (error) {
      if (picks === mine) tellFailure(error)
    }
  }

  /** The image that the keys are at counts as picked, once another one is. */
  function toggle(index: number): void {
    const wanted = at(index)
    const before = count.value === 0 && image.value && index !== current.value ? only([image.value.id]) : selection.value
    pick(wanted ? toggled(before, wanted.id, index) : selection.value)
    anchor.value = index
  }

  function pick(now: Selection): void {
    picks += 1
    selection.value = now
  }
  const all = (): void => pick(everything)
  const none = (): void => pick(nothing)
  const invert = (): void => pick(inverted(selection.value))

  /** The first of the list that is picked. Of what was not fetched the id is not known: null. */
  function firstPicked(): { readonly index: number; readonly id: number | null } | null {
    for (let index = 0; index < (total.value ?? 0); index++) {
      const id = at(index)?.id ?? null
      if (isPicked(selection.value, id ?? 0, index)) return { index, id }
    }
    return null
  }

  /** What a key labels: what is picked, or else the image that the keys are at. */
  function which(): Which | null {
    if (count.value === 0) return image.value ? { imageIds: [image.value.id] } : null
    const { base, but, also } = selection.value
    if (base.kind === 'none') return { imageIds: [...also] }
    const of = { query: query.value, except: [...but], also: [...also] }
    if (base.kind === 'all') return { of }
    return { of: { ...of, between: { first: base.firstId, last: base.lastId, images: base.last - base.first + 1, isLeftOut: base.kind === 'others' } } }
  }
  return { current, begin, anchor, selection, count, image, range, toggle, all, none, invert, firstPicked, which, scrolled }
}

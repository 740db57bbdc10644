import { computed, nextTick, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { reached } from './gridKeys.ts'
import { placeOf, scrolledTo, tallestPx, type ScrollPlace } from './tallScroll.ts'
import { useElementSize } from './useElementSize.ts'

/** Faster than anybody looks: pictures that pass so are not asked for. Pixels a millisecond. */
const hastyPace = 8
const restMs = 120
const overscanRows = 2

/**
 * A grid of equal squares of which only the rows in sight exist, however many there are.
 * @param scroller the element that scrolls
 * @param count cells in all
 * @param cellPx least width of a cell; what is left over widens them
 * @param begin cells above what is in sight first, as `above` told it
 */
export function useVirtualGrid(scroller: Readonly<Ref<HTMLElement | null>>, count: () => number, cellPx: () => number, begin = 0, gapPx = 4) {
  const { width, height: view } = useElementSize(scroller)
  const columns = computed(() => Math.max(1, Math.floor((width.value + gapPx) / (cellPx() + gapPx))))
  const side = computed(() => Math.max(1, Math.floor((width.value - gapPx * (columns.value - 1)) / columns.value)))
  const pitch = computed(() => side.value + gapPx)
  const rows = computed(() => Math.ceil(count() / columns.value))
  const sizes = computed(() => ({ view: view.value, tall: Math.max(0, rows.value * pitch.value - gapPx) }))
  const place = shallowRef<ScrollPlace>({ physical: 0, virtual: 0 })
  /** Cells above what is in sight; of a row that is scrolled past in part, so large a part of its cells. */
  const above = computed(() => (place.value.virtual / pitch.value) * columns.value)
  const isHasty = ref(false)
  /** The cell that stays in sight where the grid is laid out anew. */
  let anchor = Math.floor(begin)
  /** Until a person scrolls: what else there is around the grid may still come, and move its end. */
  let isBeginning = true
  let lastAt = 0
  let resting: ReturnType<typeof setTimeout> | undefined

  function goTo(virtual: number): void {
    place.value = placeOf(virtual, sizes.value)
    if (scroller.value) scroller.value.scrollTop = place.value.physical
  }

  function onScroll(): void {
    const element = scroller.value
    if (!element) return
    const before = place.value
    if (Math.abs(element.scrollTop - before.physical) > 1) isBeginning = false
    place.value = scrolledTo(before, element.scrollTop, sizes.value)
    const now = performance.now()
    isHasty.value = Math.abs(place.value.virtual - before.virtual) / Math.max(8, now - lastAt) > hastyPace
    lastAt = now
    anchor = Math.floor(place.value.virtual / pitch.value) * columns.value
    clearTimeout(resting)
    resting = setTimeout(() => {
      isHasty.value = false
      // The scrollbar's handle is brought to where the content is, so that small steps never end before the content does.
      if (sizes.value.tall > tallestPx) goTo(place.value.virtual)
    }, restMs)
  }

  watch(
    scroller,
    (now, before) => {
      before?.removeEventListener('scroll', onScroll)
      now?.addEventListener('scroll', onScroll, { passive: true })
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    scroller.value?.removeEventListener('scroll', onScroll)
    clearTimeout(resting)
  })
  // Once the element has its new height.
  watch([columns, side, rows, view], async ([nowColumns, nowSide, nowRows], [beforeColumns, beforeSide, beforeRows]) => {
    const isLaidOutAnew = nowColumns !== beforeColumns || nowSide !== beforeSide
    if (!isBeginning && !isLaidOutAnew && nowRows === beforeRows) return
    const rowsAbove = isBeginning ? begin / columns.value : Math.floor(anchor / columns.value)
    const virtual = isBeginning || isLaidOutAnew ? rowsAbove * pitch.value : place.value.virtual
    await nextTick()
    goTo(virtual)
  })

  // Told apart, so that what is drawn changes with a row that comes or goes and not with every pixel that is scrolled.
  const firstRow = computed(() => Math.max(0, Math.floor(place.value.virtual / pitch.value) - overscanRows))
  const lastRow = computed(() => Math.min(rows.value - 1, Math.floor((place.value.virtual + view.value) / pitch.value) + overscanRows))
  const shift = computed(() => place.value.physical - place.value.virtual)

  /** Cells in sight, with their places in pixels. */
  const cells = computed(() => {
    if (view.value === 0) return []
    return Array.from({ length: Math.max(0, lastRow.value - firstRow.value + 1) }, (_, n) => firstRow.value + n).flatMap((row) =>
      Array.from({ length: Math.min(columns.value, count() - row * columns.value) }, (_, column) => ({
        index: row * columns.value + column,
        x: column * pitch.value,
        y: row * pitch.value + shift.value,
      })),
    )
  })
  const height = computed(() => Math.min(tallestPx, sizes.value.tall))

  /** Scrolls no further than the cell needs. */
  function show(index: number): void {
    isBeginning = false
    const top = Math.floor(index / columns.value) * pitch.value
    const { virtual } = place.value
    if (top < virtual) goTo(top)
    else if (top + side.value > virtual + view.value) goTo(top + side.value - view.value)
    anchor = index
  }

  const rowsInSight = computed(() => Math.max(1, Math.floor(view.value / pitch.value)))
  /** The cell that a key leads to from another; null for a key that leads nowhere. */
  const reachedBy = (key: string, from: number): number | null => reached(key, from, { total: count(), columns: columns.value, rowsInSight: rowsInSight.value })
  return { cells, side, height, isHasty, above, show, reachedBy }
}

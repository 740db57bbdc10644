import { useElementSize } from './useElementSize.ts'
import { useVirtualizer } from '@tanstack/vue-virtual'
import { computed, type Ref } from 'vue'

/**
 * A grid of equal squares of which only the rows in sight exist.
 * @param scroller the element that scrolls
 * @param count cells in all
 * @param cellPx least width of a cell; what is left over widens them
 */
export function useVirtualGrid(scroller: Readonly<Ref<HTMLElement | null>>, count: () => number, cellPx: () => number, gapPx = 4) {
  const { width } = useElementSize(scroller)
  const columns = computed(() => Math.max(1, Math.floor((width.value + gapPx) / (cellPx() + gapPx))))
  const side = computed(() => Math.max(1, Math.floor((width.value - gapPx * (columns.value - 1)) / columns.value)))
  const rows = computed(() => Math.ceil(count() / columns.value))
  const virtualizer = useVirtualizer(
    computed(() => ({ count: rows.value, getScrollElement: () => scroller.value, estimateSize: () => side.value + gapPx, overscan: 4, getItemKey: (row: number) => `${row}/${side.value}` })),
  )

  /** Cells in sight, with their places in pixels. */
  const cells = computed(() =>
    virtualizer.value.getVirtualItems().flatMap((row) =>
      Array.from({ length: Math.min(columns.value, count() - row.index * columns.value) }, (_, column) => ({
        index: row.index * columns.value + column,
        x: column * (side.value + gapPx),
        y: row.index * (side.value + gapPx),
      })),
    ),
  )
  const height = computed(() => Math.max(0, rows.value * (side.value + gapPx) - gapPx))
  const show = (index: number): void => virtualizer.value.scrollToIndex(Math.floor(index / columns.value))
  return { cells, columns, side, height, show }
}

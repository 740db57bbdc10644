/** The matrix's two canvas layers: sized to their frame, painted again when anything they show changes. */
import { computed, onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { useElementSize } from '../../composables/useElementSize.ts'
import { useTheme } from '../../composables/useTheme.ts'
import { drawCells } from './drawCells.ts'
import { bandSpace, drawCrosshair, drawMargins, slantedCell } from './drawMargins.ts'
import { fitted, revealing, scrolled, zoomed, type Viewport } from './geometry.ts'
import type { Matrix, Position } from './matrix.ts'
import { paletteOf, type Palette } from './palette.ts'

interface Shown {
  readonly matrix: Matrix
  readonly measure: 'counts' | 'shares'
  readonly minEvidence: number
  readonly search: string
  readonly cursor: Position | null
  readonly hovered: Position | null
}

interface Elements {
  readonly frame: Readonly<ShallowRef<HTMLElement | null>>
  readonly base: Readonly<ShallowRef<HTMLCanvasElement | null>>
  readonly overlay: Readonly<ShallowRef<HTMLCanvasElement | null>>
}

const longestName = { left: 150, top: 110 }

export function useMatrixView(elements: Elements, shown: Shown) {
  const { width, height } = useElementSize(elements.frame)
  const { tokens } = useTheme()
  const space = computed(() => ({ width: width.value, height: height.value }))
  const palette = computed(() => paletteOf(tokens.value, getComputedStyle(document.body).fontFamily))
  /** Where a person zoomed to; null while the whole matrix is in sight. */
  const moved = shallowRef<Viewport | null>(null)

  const whole = computed(() => {
    const { matrix } = shown
    if (width.value === 0) return null
    return layout(matrix, space.value, palette.value)
  })
  const view = computed(() => moved.value ?? whole.value)

  // What a person zoomed to stays while counts change, and goes with other rows or columns.
  watch([() => shown.matrix.rows, () => shown.matrix.columns, space], () => (moved.value = null))

  function zoom(factor: number, x: number, y: number): void {
    if (!view.value || !whole.value) return
    const next = zoomed(view.value, factor, x, y)
    moved.value = next.cell <= whole.value.cell * 1.001 ? null : next
  }

  function pan(dx: number, dy: number): void {
    if (moved.value) moved.value = scrolled(moved.value, dx, dy)
  }

  function reveal(position: Position): void {
    if (moved.value) moved.value = revealing(moved.value, position)
  }

  watch(
    () => [view.value, palette.value, shown.matrix, shown.measure, shown.minEvidence, shown.search] as const,
    () => onNextFrame('base', paintBase),
    { flush: 'post' },
  )
  watch(
    () => [view.value, palette.value, shown.cursor, shown.hovered] as const,
    () => onNextFrame('overlay', paintOverlay),
    { flush: 'post' },
  )

  function paintBase(): void {
    const context = cleared(elements.base.value, space.value)
    const { matrix, measure, minEvidence, search } = shown
    if (!context || !view.value) return
    const look = { measure, minEvidence, search, palette: palette.value }
    drawCells(context, matrix, view.value, look)
    drawMargins(context, matrix, view.value, look)
  }

  function paintOverlay(): void {
    const context = cleared(elements.overlay.value, space.value)
    const { matrix, cursor, hovered } = shown
    if (!context || !view.value) return
    const position = hovered ?? cursor
    if (position) drawCrosshair(context, matrix, view.value, position, palette.value, hovered === null)
  }

  const frames = new Map<string, number>()
  function onNextFrame(layer: string, paint: () => void): void {
    if (frames.has(layer)) return
    frames.set(
      layer,
      requestAnimationFrame(() => {
        frames.delete(layer)
        paint()
      }),
    )
  }

  onScopeDispose(() => {
    for (const frame of frames.values()) cancelAnimationFrame(frame)
  })

  return { view, zoom, pan, reveal, isZoomed: computed(() => moved.value !== null) }
}

/** The margins that the names need, then the matrix in what is left. */
function layout(matrix: Matrix, space: { readonly width: number; readonly height: number }, palette: Palette): Viewport {
  const context = document.createElement('canvas').getContext('2d')
  let widest = 40
  if (context) {
    context.font = `600 ${palette.fontSize}px ${palette.family}`
    // A wider one has no more room.
    for (let n = 0; n < matrix.columns.length && widest < longestName.left; n++) widest = Math.max(widest, context.measureText(matrix.columns[n]!.name).width)
  }
  const left = Math.min(longestName.left, widest + 10, space.width * 0.3) + bandSpace
  const upright = Math.min(longestName.top, widest + 10, space.height * 0.25) + bandSpace
  // Slanted names need less height, and reach beyond the last column.
  const slant = Math.min(longestName.top, widest) * Math.SQRT1_2
  const size = { rows: matrix.rows.length, columns: matrix.columns.length }
  const slanted = fitted(size, { width: space.width - slant, height: space.height }, { left, top: slant + 12 + bandSpace })
  return slanted.cell >= slantedCell ? slanted : fitted(size, space, { left, top: upright })
}

/** An empty canvas of the frame's size in device pixels, measured in CSS pixels. */
function cleared(canvas: HTMLCanvasElement | null, space: { readonly width: number; readonly height: number }): CanvasRenderingContext2D | null {
  const context = canvas?.getContext('2d') ?? null
  if (!canvas || !context) return null
  const ratio = window.devicePixelRatio || 1
  const [width, height] = [Math.round(space.width * ratio), Math.round(space.height * ratio)]
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width
    canvas.height = height
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, space.width, space.height)
  return context
}

/** The window's colours as a canvas needs them. */
import type { Group } from '../../../shared/tail.ts'

export interface Palette extends Readonly<Record<Group | `${Group}Ink`, string>> {
  readonly family: string
  readonly ground: string
  readonly line: string
  readonly ink: string
  readonly inkSoft: string
  readonly error: string
  readonly onError: string
  readonly right: string
  readonly focus: string
  readonly crosshair: string
  readonly plate: string
  readonly hatch: CanvasPattern | string
  readonly faintHatch: CanvasPattern | string
}

/** Reads the tokens that hold for the element: call again when the theme changes. */
export function paletteOf(element: HTMLElement): Palette {
  const style = getComputedStyle(element)
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    family: style.fontFamily,
    ground: token('surface'),
    line: token('line'),
    ink: token('ink'),
    inkSoft: token('ink-soft'),
    error: token('danger'),
    onError: token('surface'),
    right: token('ink-soft'),
    focus: token('focus'),
    crosshair: withAlpha(token('focus'), 0.12),
    plate: token('surface'),
    hatch: hatching(token('ink-soft'), 0.7),
    faintHatch: hatching(token('ink-soft'), 0.16),
    many: token('many'),
    medium: token('medium'),
    few: token('few'),
    manyInk: token('many-ink'),
    mediumInk: token('medium-ink'),
    fewInk: token('few-ink'),
  }
}

/** Tokens are six-digit hexadecimal colours. */
function withAlpha(colour: string, alpha: number): string {
  return `${colour}${Math.round(alpha * 255).toString(16).padStart(2, '0')}`
}

/** Diagonal lines, six pixels apart. */
function hatching(colour: string, alpha: number): CanvasPattern | string {
  const tile = document.createElement('canvas')
  const size = 6
  tile.width = size
  tile.height = size
  const context = tile.getContext('2d')
  if (!context) return 'transparent'
  context.strokeStyle = withAlpha(colour, alpha)
  context.lineWidth = 1
  context.beginPath()
  for (const start of [-size, 0, size]) {
    context.moveTo(start - 1, size + 1)
    context.lineTo(start + size + 1, -1)
  }
  context.stroke()
  return context.createPattern(tile, 'repeat') ?? 'transparent'
}

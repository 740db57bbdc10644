/** The window's colours as a canvas needs them. */
import type { Group } from '../../../shared/tail.ts'
import type { useTheme } from '../../composables/useTheme.ts'
import { turningOf } from './strength.ts'

export type Channels = readonly [red: number, green: number, blue: number]

export interface Palette extends Readonly<Record<Group | `${Group}Ink`, string>> {
  readonly family: string
  /** Of names and numbers, in pixels. */
  readonly fontSize: number
  /** Of the cells. */
  readonly ground: string
  /** Behind the names around them. */
  readonly around: string
  readonly line: string
  readonly ink: string
  readonly inkSoft: string
  readonly error: string
  readonly errorChannels: Channels
  readonly onError: string
  /** From which strength on an error is written on in that colour. */
  readonly onErrorFrom: number
  readonly right: string
  readonly rightChannels: Channels
  readonly focus: string
  readonly crosshair: string
  readonly plate: string
  readonly hatch: CanvasPattern | string
  readonly hatchOnError: CanvasPattern | string
  readonly faintHatch: CanvasPattern | string
}

/** @param tokens the theme's colours, as hexadecimal numbers of six digits or, as a build shortens them, of three */
export function paletteOf(tokens: ReturnType<typeof useTheme>['tokens']['value'], family: string): Palette {
  return {
    family,
    fontSize: 11,
    ground: tokens.surface,
    around: tokens.ground,
    line: tokens.line,
    ink: tokens.ink,
    inkSoft: tokens['ink-soft'],
    error: tokens.danger,
    errorChannels: channelsOf(tokens.danger),
    onError: tokens.surface,
    onErrorFrom: turningOf(channelsOf(tokens.danger), channelsOf(tokens.surface), channelsOf(tokens.ink)),
    right: tokens['ink-soft'],
    rightChannels: channelsOf(tokens['ink-soft']),
    focus: tokens.focus,
    crosshair: withAlpha(tokens.focus, 0.12),
    plate: tokens.surface,
    hatch: hatching(tokens['ink-soft'], 0.7),
    hatchOnError: hatching(tokens.surface, 0.6),
    faintHatch: hatching(tokens['ink-soft'], 0.16),
    many: tokens.many,
    medium: tokens.medium,
    few: tokens.few,
    manyInk: tokens['many-ink'],
    mediumInk: tokens['medium-ink'],
    fewInk: tokens['few-ink'],
  }
}

export function channelsOf(colour: string): Channels {
  const value = Number.parseInt(sixDigits(colour).slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

function sixDigits(colour: string): string {
  return colour.length === 4 ? colour.replace(/[0-9a-f]/gi, '$&$&') : colour
}

function withAlpha(colour: string, alpha: number): string {
  return `${sixDigits(colour)}${Math.round(alpha * 255).toString(16).padStart(2, '0')}`
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

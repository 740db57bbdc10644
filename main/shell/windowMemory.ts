/** What the window was like when it was last used, kept in the user's folder. */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import { themes } from '../../shared/contract/app.ts'
import { readJson, writeAtomically } from '../atomic.ts'

const BoundsSchema = v.object({ x: v.number(), y: v.number(), width: v.number(), height: v.number() })
const RememberedSchema = v.object({
  /** Of the window while it is neither maximised nor full screen; null before it was first used. */
  bounds: v.nullable(BoundsSchema),
  isMaximized: v.boolean(),
  isFullScreen: v.boolean(),
  zoomLevel: v.pipe(v.number(), v.minValue(-8), v.maxValue(9)),
  theme: v.picklist(themes),
  keepsAwake: v.boolean(),
})
type Remembered = Readonly<v.InferOutput<typeof RememberedSchema>>
export type Bounds = Readonly<v.InferOutput<typeof BoundsSchema>>

const first: Remembered = { bounds: null, isMaximized: false, isFullScreen: false, zoomLevel: 0, theme: 'system', keepsAwake: true }
/** Moving a window tells of every step on its way. */
const settlesMs = 500

export interface WindowMemory {
  now(): Remembered
  keep(change: Partial<Remembered>): void
  /** Writes what is not written yet. */
  flush(): void
}

/** A file that cannot be read counts as none: nothing in it is worth refusing to start for. */
export function windowMemory(userFolder: string): WindowMemory {
  const file = path.join(userFolder, 'window.json')
  const found = v.safeParse(RememberedSchema, readJson(file))
  let remembered: Remembered = found.success ? found.output : first
  let due: ReturnType<typeof setTimeout> | undefined

  const flush = (): void => {
    if (due === undefined) return
    clearTimeout(due)
    due = undefined
    try {
      mkdirSync(userFolder, { recursive: true })
      writeAtomically(file, `${JSON.stringify(remembered, null, 2)}\n`)
    } catch (error) {
      // The next start has a window of the usual size: nobody is to be kept from working by that.
      console.error('The window’s size and place were not kept:', error)
    }
  }
  return {
    now: () => remembered,
    keep(change) {
      const next = { ...remembered, ...change }
      if (JSON.stringify(next) === JSON.stringify(remembered)) return
      remembered = next
      due ??= setTimeout(flush, settlesMs)
    },
    flush,
  }
}

const standard = { width: 1360, height: 880 }
export const smallest = { width: 860, height: 560 }
/** What of a window must lie on a display for a hand to reach it: a piece of its title bar. */
const grip = { width: 120, height: 40 }

/**
 * Where the window opens: where it was, if a display is still there, else in the middle of the first one by leaving x and
 * y out; never larger than the display that it is on.
 */
export function placeOn(displays: readonly Bounds[], bounds: Bounds | null): Partial<Bounds> & { readonly width: number; readonly height: number } {
  const home = bounds && displays.find((display) => reaches(display, bounds))
  const room = home ?? displays[0]
  const width = Math.max(smallest.width, Math.min(bounds?.width ?? standard.width, room?.width ?? Infinity))
  const height = Math.max(smallest.height, Math.min(bounds?.height ?? standard.height, room?.height ?? Infinity))
  return bounds && home ? { x: bounds.x, y: bounds.y, width, height } : { width, height }
}

/** Whether the window's title bar can be taken hold of on the display. */
function reaches(display: Bounds, { x, y, width }: Bounds): boolean {
  const across = Math.min(x + width, display.x + display.width) - Math.max(x, display.x)
  return across >= grip.width && y >= display.y && y + grip.height <= display.y + display.height
}

/** How closely a picture is looked at, and which part of it: shares of the frame from its middle. */
export interface Sight {
  readonly scale: number
  readonly x: number
  readonly y: number
}

interface Point {
  readonly x: number
  readonly y: number
}

export const fitted: Sight = { scale: 1, x: 0, y: 0 }
const closest = 16

/** Closer by the factor; what lies at the point stays there. */
export function zoomed(sight: Sight, factor: number, { x, y }: Point = { x: 0, y: 0 }): Sight {
  const scale = Math.min(closest, Math.max(1, sight.scale * factor))
  const by = scale / sight.scale
  return held({ scale, x: x - (x - sight.x) * by, y: y - (y - sight.y) * by })
}

export function moved(sight: Sight, x: number, y: number): Sight {
  return held({ ...sight, x: sight.x + x, y: sight.y + y })
}

/** Where in the frame a pointer is, from its middle. */
export function atPoint(pointer: { readonly clientX: number; readonly clientY: number }, box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number }): Point {
  return { x: (pointer.clientX - box.left) / box.width - 0.5, y: (pointer.clientY - box.top) / box.height - 0.5 }
}

/** The frame stays full. */
function held({ scale, x, y }: Sight): Sight {
  const most = (scale - 1) / 2
  const within = (value: number): number => Math.min(most, Math.max(-most, value)) || 0
  return { scale, x: within(x), y: within(y) }
}

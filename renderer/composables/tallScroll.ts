/**
 * Scrolling over content that is taller than an element may be: browsers end at 16 to 33 million pixels, and a million
 * images in a few columns need more. Small steps move the content pixel by pixel; a long one, as of the scrollbar's
 * handle, goes to the same share of the whole.
 */

/** What every browser can show. */
export const tallestPx = 8_000_000

/** Where the element is scrolled to, and the pixel of the content that stands at its top. */
export interface ScrollPlace {
  readonly physical: number
  readonly virtual: number
}

interface Sizes {
  /** Height of what is seen. */
  readonly view: number
  /** Height of the content. */
  readonly tall: number
}

export function scrolledTo(before: ScrollPlace, physical: number, { view, tall }: Sizes): ScrollPlace {
  if (tall <= tallestPx) return { physical, virtual: physical }
  const last = lastOf({ view, tall })
  if (physical <= 0) return { physical: 0, virtual: 0 }
  if (physical >= last.physical) return last
  const step = physical - before.physical
  const virtual = Math.abs(step) <= view ? before.virtual + step : (physical / last.physical) * last.virtual
  return { physical, virtual: Math.min(last.virtual, Math.max(0, virtual)) }
}

/** The place that shows this pixel of the content at the top. */
export function placeOf(virtual: number, { view, tall }: Sizes): ScrollPlace {
  const last = lastOf({ view, tall })
  const held = Math.min(last.virtual, Math.max(0, virtual))
  return { physical: tall <= tallestPx || last.virtual === 0 ? held : Math.round((held / last.virtual) * last.physical), virtual: held }
}

function lastOf({ view, tall }: Sizes): ScrollPlace {
  return { physical: Math.max(0, Math.min(tall, tallestPx) - view), virtual: Math.max(0, tall - view) }
}

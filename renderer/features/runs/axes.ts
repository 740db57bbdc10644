/** Scales, ticks, lines and labels of the run's curves. */

/** Round numbers from `low` to `high`, about `wanted` of them. */
export function ticksBetween(low: number, high: number, wanted: number): number[] {
  if (!(high > low)) return [low]
  const rough = (high - low) / Math.max(1, wanted)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999) ?? 10 * power
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, n) => Number(((first + n) * step).toPrecision(12)))
}

/** The end of an axis from 0 that leaves the largest value a little air and falls on a tick. */
export function niceEnd(largest: number, wanted: number): number {
  if (!(largest > 0)) return 1
  const ticks = ticksBetween(0, largest * 1.02, wanted)
  const step = (ticks[1] ?? largest) - ticks[0]!
  return Math.ceil((largest * 1.02) / step - 1e-9) * step
}

/** An SVG path through the points; null starts a new piece, and a piece of one point is a dot's worth of line. */
export function linePath(points: readonly (readonly [x: number, y: number | null])[]): string {
  let path = ''
  let isDrawing = false
  for (const [x, y] of points) {
    if (y === null) isDrawing = false
    else {
      path += `${isDrawing ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`
      if (!isDrawing) path += 'h0'
      isDrawing = true
    }
  }
  return path
}

/** Moves labels apart vertically, as little as needed, within [top, bottom]; in the order given. */
export function spread(places: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place)
  let floor = top
  for (const label of order) {
    label.place = Math.max(label.place, floor)
    floor = label.place + gap
  }
  let ceiling = bottom
  for (const label of [...order].reverse()) {
    label.place = Math.min(label.place, ceiling)
    ceiling = label.place - gap
  }
  const moved = [...places]
  for (const label of order) moved[label.index] = label.place
  return moved
}

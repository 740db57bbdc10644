/** Where the label of a mark stands among curves: on the side that has room for it, where no line crosses it. */
type Points = readonly (readonly [x: number, y: number | null])[]

/** How high a line reaches between two places: its least and greatest height there; null where it is not drawn there. */
export function heightsWithin(points: Points, from: number, to: number): readonly [least: number, greatest: number] | null {
  const heights: number[] = points.flatMap(([x, y]) => (y !== null && x >= from && x <= to ? [y] : []))
  for (const [n, [x, y]] of points.entries()) {
    const [nextX, nextY] = points[n + 1] ?? [x, null]
    if (y === null || nextY === null) continue
    for (const at of [from, to]) if (x < at && at < nextX) heights.push(y + ((nextY - y) * (at - x)) / (nextX - x))
  }
  return heights.length > 0 ? [Math.min(...heights), Math.max(...heights)] : null
}

/** Where the middle of a label is clear of everything by so much, the uppermost such place in [top, bottom]; the clearest one where none is. */
export function clearPlace(taken: readonly (readonly [least: number, greatest: number])[], clearance: number, top: number, bottom: number): number {
  let best = { place: top, room: -Infinity }
  for (let place = top; place <= bottom; place += 2) {
    const room = Math.min(clearance, ...taken.map(([least, greatest]) => Math.max(least - place, place - greatest)))
    if (room > best.room) best = { place, room }
  }
  return best.place
}

interface Sheet {
  readonly left: number
  readonly top: number
  readonly bottom: number
  /** Heights of the lines across. */
  readonly rules: readonly number[]
  readonly lines: readonly { readonly points: Points; readonly name: string; readonly end: { readonly x: number; readonly label: number } | null }[]
}

/** Of a letter, about; and how far a label's middle keeps from lines. */
const letter = 6
const clearance = 11

export function labelPlace(label: string, x: number, { left, top, bottom, rules, lines }: Sheet): { readonly onLeft: boolean; readonly y: number } {
  const long = letter * label.length + 8
  const onLeft = x - long >= left
  const [from, to] = onLeft ? [x - long, x] : [x, x + long]
  const taken = rules.map((y): readonly [number, number] => [y, y])
  for (const { points, name, end } of lines) {
    const reach = heightsWithin(points, from, to)
    if (reach) taken.push(reach)
    if (end && end.x < to && end.x + 8 + letter * name.length > from) taken.push([end.label, end.label])
  }
  return { onLeft, y: clearPlace(taken, clearance, top + 6, bottom - 6) }
}

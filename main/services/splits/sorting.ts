/** Sorting of a million, which the language does in one go of up to a second. */

/** Small enough to be sorted at once. */
const runSize = 8_192

/** The same values in the order of `compare`, equal ones in the order in which they came; with turns for others in between. */
export function* sortedInTurns(values: Uint32Array, compare: (a: number, b: number) => number): Generator<void, Uint32Array> {
  let from = values.slice()
  for (let start = 0; start < from.length; start += runSize) {
    from.subarray(start, start + runSize).sort(compare)
    yield
  }
  let to = new Uint32Array(from.length)
  for (let size = runSize; size < from.length; size *= 2) {
    for (let start = 0; start < from.length; start += 2 * size) yield* merged(from, to, start, Math.min(start + size, from.length), Math.min(start + 2 * size, from.length), compare)
    ;[from, to] = [to, from]
  }
  return from
}

/** Two sorted stretches of `from`, up to `middle` and from there to `end`, as one of `to`. */
function* merged(from: Uint32Array, to: Uint32Array, start: number, middle: number, end: number, compare: (a: number, b: number) => number): Generator<void> {
  let [one, other] = [start, middle]
  for (let at = start; at < end; at++) {
    const isOne = one < middle && (other === end || compare(from[one]!, from[other]!) <= 0)
    to[at] = isOne ? from[one++]! : from[other++]!
    if (at % runSize === 0) yield
  }
}

/** Says that it is time when the last time is at least `everyMs` ago; a call with `now` is always in time. */
export function pace(everyMs: number): (now?: boolean) => boolean {
  let last = -Infinity
  return (now = false) => {
    const time = performance.now()
    if (!now && time - last < everyMs) return false
    last = time
    return true
  }
}

/** Passes a call on when the last that it passed on is at least `everyMs` ago; drops the others. */
export function throttled<Arguments extends readonly unknown[]>(everyMs: number, call: (...given: Arguments) => void): (...given: Arguments) => void {
  let last = -Infinity
  return (...given) => {
    const now = performance.now()
    if (now - last < everyMs) return
    last = now
    call(...given)
  }
}

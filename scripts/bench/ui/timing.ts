/** Times taken in the page itself, from what a person does to the frame in which they see it. */
import type { Page } from 'playwright-core'

/**
 * Milliseconds from `act` to the first frame after which `isShown` holds. Both run in the page, so that neither the
 * debugger's wire nor a poll's pause is counted. Rejects after half a minute.
 */
export function shownAfter(page: Page, act: string, isShown: string): Promise<number> {
  return page.evaluate(`new Promise((resolve, reject) => {
    const began = performance.now()
    const look = () => {
      if (${isShown}) requestAnimationFrame(() => resolve(performance.now() - began))
      else if (performance.now() - began > 30000) reject(new Error('Not shown after 30 s: ' + ${JSON.stringify(isShown)}))
      else requestAnimationFrame(look)
    }
    ${act}
    look()
  })`) as Promise<number>
}

export interface Frames {
  readonly perSecond: number
  /** Of 95 in a hundred frames, the longest. */
  readonly p95Ms: number
  readonly longestMs: number
  /** Share of frames in which a cell in sight had no picture yet. */
  readonly withGaps: number
}

/** Scrolls the element by `pixelsAFrame` in every frame, for `seconds`. */
export function scrollFrames(page: Page, scroller: string, pixelsAFrame: number, seconds: number): Promise<Frames> {
  return page.evaluate(`new Promise((resolve) => {
    const scroller = document.querySelector(${JSON.stringify(scroller)})
    const times = []
    let gaps = 0
    let last = performance.now()
    const until = last + ${seconds * 1000}
    const step = (now) => {
      times.push(now - last)
      last = now
      const box = scroller.getBoundingClientRect()
      const unseen = [...scroller.querySelectorAll('img')].some((image) => {
        const place = image.getBoundingClientRect()
        return place.bottom > box.top && place.top < box.bottom && !(image.complete && image.naturalWidth > 0)
      })
      if (unseen) gaps += 1
      scroller.scrollTop += ${pixelsAFrame}
      if (now < until) requestAnimationFrame(step)
      else {
        const sorted = times.slice(1).sort((a, b) => a - b)
        const all = sorted.reduce((sum, one) => sum + one, 0)
        resolve({ perSecond: 1000 * sorted.length / all, p95Ms: sorted[Math.floor(0.95 * sorted.length)], longestMs: sorted.at(-1), withGaps: gaps / times.length })
      }
    }
    requestAnimationFrame(step)
  })`) as Promise<Frames>
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2
}

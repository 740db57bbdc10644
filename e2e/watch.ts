/** What must not happen in a window whatever the journey: errors, refused content, inaccessible views. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** Starts watching; the function it returns tells all faults so far. */
export function watchPage(page: Page): () => readonly string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // A refused connection attempt while the server restarts, or content that the policy refuses, shows here.
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  return () => faults
}

/** Violations of the view once it stands still: rule, and the elements that break it. What fades in has no contrast yet. */
export async function violations(page: Page): Promise<readonly string[]> {
  const axe = readFileSync(axeFile, 'utf8')
  await page.evaluate(async () => {
    // What was done just now, as another colour scheme, begins to move with the next frame.
    await new Promise(requestAnimationFrame)
    await new Promise(requestAnimationFrame)
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
    await Promise.all(ending.map((animation) => animation.finished.catch(() => {})))
  })
  // Evaluated through the debugger, which the page's policy does not hold for.
  return page.evaluate(`(() => { ${axe}; return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', '))) })()`) as Promise<readonly string[]>
}

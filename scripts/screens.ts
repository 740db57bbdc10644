/**
 * Pictures of every view and state, light, dark and narrow, for docs/screens: npm run screens [-- NAME...]
 *
 * A journey through the sample in a Chromium on `serve`. With names, only the pictures that begin with one of them are kept.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { findChromium, startBrowserHost } from '../e2e/hosts/browser.ts'
import { makeHome } from '../e2e/hosts/host.ts'
import { workbench } from '../e2e/pages/workbench.ts'
import type { Traveller } from './screens/station.ts'
import { dialogs } from './screens/dialogs.ts'
import { troubles } from './screens/troubles.ts'
import { workday } from './screens/workday.ts'

const out = path.resolve(import.meta.dirname, '../docs/screens')
const wanted = process.argv.slice(2)
const wide = { width: 1360, height: 880 }
const narrow = { width: 480, height: 880 }

/** Keeps the view in both lights, and in a narrow window where its station asks for that. */
async function shoot(page: Page, name: string, isNarrowToo: boolean): Promise<void> {
  if (wanted.length > 0 && !wanted.some((start) => name.startsWith(start))) return
  for (const [size, suffix] of isNarrowToo ? ([[wide, ''], [narrow, '-narrow']] as const) : ([[wide, '']] as const)) {
    await page.setViewportSize(size)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      // What is laid out anew, and pictures that come into sight by it.
      await page.waitForTimeout(700)
      const picture = await page.screenshot()
      writeFileSync(path.join(out, `${name}${suffix}-${colorScheme}.png`), await sharp(picture).png({ palette: true, quality: 80, effort: 7 }).toBuffer())
      console.error(`${name}${suffix}-${colorScheme}`)
    }
  }
  await page.setViewportSize(wide)
  await page.emulateMedia({ colorScheme: 'light' })
}

const { missing } = findChromium()
if (missing !== undefined) {
  console.error(missing)
  process.exit(1)
}
mkdirSync(out, { recursive: true })
const home = makeHome()
const host = await startBrowserHost(home)
try {
  for (const { name, narrowToo = false, go } of [...workday, ...dialogs, ...troubles]) {
    try {
      const traveller: Traveller = { page: host.page, bench: workbench(host.page), folder: home.folder }
      await go(traveller)
      await shoot(traveller.instead ?? host.page, name, narrowToo)
      await traveller.instead?.close()
    } catch (error) {
      throw new Error(`The journey ended before ${name}.`, { cause: error })
    }
  }
} finally {
  await host.close()
  home.remove()
}

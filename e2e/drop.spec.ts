/** Folders dropped on the window: imported one after another where the program is told where they lie, asked for where not. */
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Host } from './hosts/home.ts'
import { makeHome, missing, startHost } from './hosts/host.ts'
import { workbench } from './pages/workbench.ts'
import { classCounts, makeRealFolder } from './realFolder.ts'
import { watchPage } from './watch.ts'

const reason = missing()
const isDesktop = process.env['RIDE_JOURNEY_HOST'] === 'electron'
const home = makeHome()
let host: Host | undefined
afterAll(async () => {
  await host?.close()
  home.remove()
})

it.skipIf(reason !== undefined)(`two folders dropped at once${reason === undefined ? '' : ` (not run: ${reason})`}`, async () => {
  const folders = ['first', 'second'].map((name) => path.join(home.folder, name))
  folders.forEach(makeRealFolder)
  const total = 2 * Object.values(classCounts).reduce((sum, count) => sum + count, 0)
  host = await startHost(home)
  const { page } = host
  const faults = watchPage(page)
  const bench = workbench(page)
  await bench.newProject(home.folder, 'dropped')
  await bench.drop(folders)

  if (isDesktop) {
    await page.getByRole('list', { name: 'Folders to import' }).waitFor()
    await bench.agreeToImport()
    await expect.poll(() => bench.status.innerText(), { timeout: 60_000 }).toMatch(new RegExp(`^${total} images`))
    await page.getByText(new RegExp(`Imported ${total} new images`)).waitFor({ timeout: 60_000 })
  } else {
    await page.getByText(/A browser does not tell where a dropped folder lies/).waitFor()
  }
  expect(faults()).toEqual([])
})

/** From nothing to the images behind a rare class's confusion, and all of it still there after a restart. */
import path from 'node:path'
import { expect } from 'vitest'
import { journeys } from './hosts/journeys.ts'
import { pixelsOf } from './pages/pictures.ts'
import { workbench } from './pages/workbench.ts'
import { classCounts, makeRealFolder } from './realFolder.ts'
import { violations, watchPage } from './watch.ts'

const { home, journey, start } = journeys()

journey('new project, import, tail, train, stop, resume, confusions, relabel, undo, restart', async () => {
  const images = path.join(home.folder, 'emoji')
  const written = makeRealFolder(images)
  const total = Object.values(written).reduce((sum, count) => sum + count, 0)
  expect(written).toEqual(classCounts)

  let host = await start()
  let faults = watchPage(host.page)
  let bench = workbench(host.page)
  await bench.newProject(home.folder, 'first-light')

  await bench.importFolder(images)
  await expect.poll(() => bench.status.innerText(), { timeout: 60_000 }).toMatch(new RegExp(`${total} images.*8 classes`, 's'))
  expect(await violations(host.page)).toEqual([])
  const pane = await bench.openClass('musical-instrument')
  expect((await pixelsOf(pane.locator('img').first())).width).toBe(64)

  // As many epochs as leave a busy machine the time to stop it.
  await bench.train({ experts: 2, epochs: 12, batchSize: 32 })
  await bench.stop()
  await bench.resume()
  const result = await bench.trained()
  expect(await result.getByRole('row').nth(1).innerText()).toMatch(/\d %/)
  expect(await violations(host.page)).toEqual([])

  await bench.view('Confusions')
  const shown = await bench.openFirstConfusion()
  const first = shown.getByRole('listitem').first()
  expect((await pixelsOf(first.getByRole('img'))).width).toBeGreaterThan(0)
  expect(await first.innerText()).toMatch(/Expert 1[\s\S]*Expert 2/)
  const words = await first.innerText()

  await first.press('1')
  await expect.poll(() => first.innerText()).toContain('scored as')
  await first.press('u')
  await expect.poll(() => first.innerText()).toBe(words)

  const [, actual, predicted, count] = /^(.+) taken for (.+): (\d+) of/.exec(await bench.openErrorByKeys())!
  await expect.poll(() => bench.pane.innerText()).toMatch(new RegExp(`^${actual} → ${predicted}\\s+${count} image`))
  const tip = await bench.openErrorByPointer()
  const [, hovered, takenFor, pointed] = /true class\s+\S+\s+\S+\s+(.+)\s+taken for\s+\S+\s+\S+\s+(.+)\s+(\d+) of/.exec(tip)!
  await expect.poll(() => bench.pane.innerText()).toMatch(new RegExp(`^${hovered} → ${takenFor}\\s+${pointed} image`))

  for (const colorScheme of ['light', 'dark'] as const) {
    await host.page.emulateMedia({ colorScheme })
    for (const view of ['Confusions', 'Runs'] as const) {
      await bench.view(view)
      await bench.openFirstRow()
      expect(await violations(host.page), `${view}, ${colorScheme}`).toEqual([])
    }
  }
  expect(faults()).toEqual([])

  await host.close()
  host = await start()
  faults = watchPage(host.page)
  bench = workbench(host.page)
  if ((await host.page.getByRole('navigation', { name: 'Views' }).count()) === 0) await host.page.getByRole('button', { name: /^first-light/ }).click()
  await expect.poll(() => bench.status.innerText(), { timeout: 60_000 }).toMatch(new RegExp(`${total} images`))
  await bench.view('Runs')
  await expect.poll(() => host.page.getByRole('row').filter({ hasText: 'finished' }).count()).toBe(1)
  await bench.view('Confusions')
  const again = await bench.openFirstConfusion()
  expect(await again.getByRole('listitem').first().innerText()).toBe(words)
  expect(faults()).toEqual([])
})

/** One project after another in one window, and one project in two windows. */
import path from 'node:path'
import { expect } from 'vitest'
import { journeys } from './hosts/journeys.ts'
import { workbench } from './pages/workbench.ts'
import { makeRealFolder } from './realFolder.ts'
import { watchPage } from './watch.ts'

const { home, current, journey, start } = journeys()

journey('another project is opened while a run goes on', async () => {
  const images = path.join(home.folder, 'emoji')
  makeRealFolder(images)
  const { page } = await start()
  const faults = watchPage(page)
  const bench = workbench(page)
  await bench.newProject(home.folder, 'quiet')
  await bench.closeProject()
  await bench.newProject(home.folder, 'busy')
  await bench.importFolder(images)
  await bench.train({ experts: 2, epochs: 200, batchSize: 32 })
  await page.getByText(/^Epoch \d+ of/).waitFor({ timeout: 120_000 })

  await bench.switchTo('quiet')
  const question = page.getByRole('dialog', { name: 'Close the project?' })
  await question.getByRole('button', { name: 'Keep open' }).click()
  await page.getByText(/^Epoch \d+ of/).waitFor()
  await bench.switchTo('quiet')
  await question.getByRole('button', { name: 'Close project' }).click()
  await page.getByRole('heading', { name: /Drop a folder/ }).waitFor()

  await bench.switchTo('busy')
  await bench.tail.waitFor({ timeout: 60_000 })
  await bench.view('Runs')
  await expect.poll(() => page.getByRole('row').filter({ hasText: 'stopped' }).count(), { timeout: 60_000 }).toBe(1)

  // The address wins: back over a change of project leads to the project that was left.
  await bench.switchTo('quiet')
  await page.getByRole('heading', { name: /Drop a folder/ }).waitFor()
  await page.goBack()
  await page.getByRole('row').filter({ hasText: 'stopped' }).waitFor()
  expect(faults()).toEqual([])
})

journey('a second window is told that the first closed the project', async () => {
  const { page } = current()
  const second = await page.context().newPage()
  await second.goto(page.url())
  await second.getByRole('navigation', { name: 'Views' }).waitFor()
  await workbench(page).closeProject()
  await second.getByText(/busy was closed in another window/).waitFor()
  await second.getByRole('button', { name: /New project/ }).waitFor()
}, { electron: 'the program has one window, a browser may have two' })

/** A project whose file a disk has damaged: said on the start page, rescued by one click, and worked in again. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { journeys } from './hosts/journeys.ts'
import { workbench } from './pages/workbench.ts'
import { makeRealFolder, realImages } from './realFolder.ts'
import { violations, watchPage } from './watch.ts'

const { home, journey, start } = journeys()

journey('a damaged project is rescued', async () => {
  const images = path.join(home.folder, 'emoji')
  makeRealFolder(images)
  const { page } = await start()
  const faults = watchPage(page)
  const bench = workbench(page)
  await bench.newProject(home.folder, 'damaged')
  await bench.importFolder(images)
  await bench.closeProject()

  const file = path.join(home.folder, 'damaged', 'project.sqlite')
  await expect.poll(() => existsSync(`${file}-wal`)).toBe(false)
  const bytes = readFileSync(file)
  bytes.fill(0xa5, bytes.length - 4096)
  writeFileSync(file, bytes)
  await page.getByRole('button', { name: /^damaged/ }).click()
  await page.getByRole('alert').getByText('It was not changed.').waitFor()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await violations(page), colorScheme).toEqual([])
  }
  await page.getByRole('button', { name: 'Rescue what can be read' }).click()
  await expect.poll(() => bench.status.innerText(), { timeout: 30_000 }).toMatch(new RegExp(`${realImages} images.*8 classes`, 's'))
  await page.getByText(/^damaged was rescued\. /).waitFor()
  expect(readdirSync(path.join(home.folder, 'damaged', 'quarantine', '1'))).toContain('project.sqlite')
  expect(faults()).toEqual([])
})

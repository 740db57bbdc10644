/** A project in a folder that may not be written to: everything is to be seen, and what would change it says why not. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { permit } from '../main/services/fixtures/permit.ts'
import { journeys } from './hosts/journeys.ts'
import { workbench } from './pages/workbench.ts'
import { classCounts, makeRealFolder, realImages } from './realFolder.ts'
import { violations, watchPage } from './watch.ts'

const { home, journey, start } = journeys()

journey(
  'a project that may only be read is looked at',
  async () => {
    const images = path.join(home.folder, 'emoji')
    makeRealFolder(images)
    const { page } = await start()
    const faults = watchPage(page)
    const bench = workbench(page)
    await bench.newProject(home.folder, 'lent')
    await bench.importFolder(images)
    await bench.closeProject()

    const folder = path.join(home.folder, 'lent')
    const file = path.join(folder, 'project.sqlite')
    await expect.poll(() => existsSync(`${file}-wal`)).toBe(false)
    const before = readFileSync(file)
    permit(folder, false)
    try {
      await page.getByRole('button', { name: /^lent/ }).click()
      await page.getByText(/^This project may only be looked at/).waitFor()
      await expect.poll(() => bench.status.innerText()).toMatch(new RegExp(`${realImages} images.*8 classes`, 's'))
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        expect(await violations(page), colorScheme).toEqual([])
      }
      const grid = await bench.openImages()
      await grid.show('face', classCounts['face-smiling']!)
      await grid.pick(3)
      await grid.label('plant')
      await page.getByText(/the project may only be read, as its folder or file may not be written to/).first().waitFor()
      await bench.closeProject()
      expect(readFileSync(file).equals(before)).toBe(true)
    } finally {
      permit(folder, true)
    }
    expect(faults()).toEqual([])
  },
  process.getuid?.() === 0 ? { electron: 'it runs as a superuser here, whom no permission binds' } : {},
)

/** A folder of images that is moved while the program is open, and found again: its labels and splits are those of before. */
import { cpSync, readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { journeys } from './hosts/journeys.ts'
import { pixelsOf } from './pages/pictures.ts'
import { workbench } from './pages/workbench.ts'
import { classCounts, makeRealFolder, realImages } from './realFolder.ts'
import { violations, watchPage } from './watch.ts'

const { home, journey, start } = journeys()

journey('a folder that was moved is found again', async () => {
  const [imported, whole, moved] = ['pictures', 'copy', 'moved'].map((name) => path.join(home.folder, name)) as [string, string, string]
  makeRealFolder(imported)
  const { page } = await start()
  const faults = watchPage(page)
  const bench = workbench(page)
  await bench.newProject(home.folder, 'moving')
  await bench.importFolder(imported)
  const images = await bench.openImages()
  await images.show('plant', classCounts['plant-flower']!)
  await images.pick(3)
  await images.label('face')
  await images.undoes('3 images labelled face-smiling')

  cpSync(imported, whole, { recursive: true })
  renameSync(imported, moved)
  const fruits = path.join(moved, 'food-fruit')
  const [gone, other] = readdirSync(fruits)
  rmSync(path.join(fruits, gone!))
  cpSync(path.join(moved, 'clothing', readdirSync(path.join(moved, 'clothing'))[0]!), path.join(fruits, other!))

  // Dataset says by itself that the folder is not there.
  await bench.view('Dataset')
  await page.getByRole('status').filter({ hasText: `The folder ${imported}, which images were imported from, is not there.` }).waitFor()
  const asked = await bench.lookForMoved(home.folder)
  await asked.getByRole('alert').filter({ hasText: `None of the ${realImages} images` }).waitFor()
  await bench.lookForMoved(moved)
  await asked.getByText(`${realImages - 2} of ${realImages} images lie there.`).waitFor()
  await asked.getByText(/^1 image is not there/).waitFor()
  await asked.getByText(new RegExp(`^1 image has other content there than was imported, and is missing too, such as food-fruit/${other}`)).waitFor()
  expect(await violations(page)).toEqual([])
  await asked.getByRole('button', { name: 'Use this folder' }).click()
  await page.getByText(`${realImages - 2} images found again in ${moved}`).waitFor()
  await page.getByText('is not there.').waitFor({ state: 'detached' })

  // So does the list of what is missing: the whole copy has the rest.
  await page.getByRole('button', { name: /^2\s*Missing files/ }).click()
  await images.holds(2)
  const again = await bench.lookForMoved(whole)
  await again.getByText(`${realImages} of ${realImages} images lie there. All have the content that was imported.`).waitFor()
  await again.getByRole('button', { name: 'Use this folder' }).click()
  await page.getByText(`${realImages} images found again in ${whole}`).waitFor()
  await page.getByRole('heading', { name: 'No file is missing' }).waitFor()

  await page.getByRole('button', { name: 'Clear filters' }).first().click()
  await images.show('face', classCounts['face-smiling']! + 3)
  await images.look()
  expect((await pixelsOf(bench.pane.locator('img').first())).width).toBe(64)
  expect(await violations(page)).toEqual([])
  // A picture that was not made before its file went is answered so.
  expect(faults().filter((fault) => !fault.includes('status of 404'))).toEqual([])
})

/** What is dropped on the window: taken to where it is used where the program is told where it lies, asked for where not. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { hostKind } from './hosts/host.ts'
import { journeys } from './hosts/journeys.ts'
import { workbench } from './pages/workbench.ts'
import { makeRealFolder, realImages } from './realFolder.ts'
import { watchPage } from './watch.ts'

const { home, current, journey, start } = journeys()
const isDesktop = hostKind === 'electron'
const dialog = (name: string) => current().page.getByRole('dialog', { name })

journey('two folders dropped at once', async () => {
  const folders = ['first', 'second'].map((name) => path.join(home.folder, name))
  folders.forEach(makeRealFolder)
  const total = 2 * realImages
  const { page } = await start()
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

journey('weights lead to their import, another file to a sentence, a project is opened', async () => {
  const { page } = current()
  const faults = watchPage(page)
  const bench = workbench(page)
  if (!isDesktop) await page.keyboard.press('Escape')

  const weights = path.join(home.folder, 'trained elsewhere.safetensors')
  writeFileSync(weights, 'no weights')
  await bench.drop([weights])
  await expect.poll(() => dialog('Import weights').getByLabel('File', { exact: true }).inputValue()).toBe(isDesktop ? weights : path.basename(weights))
  expect(page.url()).toMatch(/#\/runs\b/)
  if (!isDesktop) await page.getByText('A browser does not tell where trained elsewhere.safetensors lies.').waitFor()
  await page.keyboard.press('Escape')

  const unusable = path.join(home.folder, 'notes.docx')
  writeFileSync(unusable, 'no use')
  await bench.drop([unusable])
  await page.getByText(/^notes\.docx cannot be used here\. What can be dropped: /).waitFor()

  await bench.closeProject()
  await bench.newProject(home.folder, 'another')
  await bench.drop([path.join(home.folder, 'dropped')])
  if (isDesktop) await expect.poll(() => page.title()).toMatch(/^dropped /)
  else await page.getByText(/A browser does not tell where a dropped folder lies/).waitFor()
  expect(faults()).toEqual([])
})

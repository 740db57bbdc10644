/** What goes wrong, and how that is told. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { permit } from '../../main/services/fixtures/permit.ts'
import { makeRealFolder } from '../../e2e/realFolder.ts'
import { escape, type Station } from './station.ts'

export const troubles: readonly Station[] = [
  {
    name: 'runs-empty',
    async go(traveller) {
      const { bench, folder, page } = traveller
      await escape(traveller)
      await bench.closeProject()
      await bench.newProject(folder, 'troubles')
      const images = path.join(folder, 'emoji')
      makeRealFolder(images)
      writeFileSync(path.join(images, 'animal-bug', 'half.png'), 'not an image')
      await bench.importFolder(images)
      rmSync(path.join(images, 'country-flag'), { recursive: true })
      await bench.view('Runs')
      await page.getByRole('button', { name: 'Import weights' }).waitFor()
    },
  },
  {
    name: 'images-missing',
    async go({ bench }) {
      const images = await bench.openImages()
      await images.show('country', 140)
      await images.look()
    },
  },
  {
    name: 'train-refused',
    narrowToo: true,
    async go(traveller) {
      await escape(traveller)
      await traveller.bench.train({ experts: 2, epochs: 2, batchSize: 32 })
      await traveller.page.waitForTimeout(4000)
    },
  },
  {
    name: 'weights-refused',
    async go({ bench, folder, page }) {
      await bench.view('Runs')
      const file = path.join(folder, 'half.safetensors')
      writeFileSync(file, 'no weights')
      await page.getByRole('button', { name: 'Import weights' }).click()
      const asked = page.getByRole('dialog')
      await asked.getByRole('textbox').first().fill(file)
      await asked.getByRole('button', { name: 'Import' }).last().click()
      await page.waitForTimeout(1500)
    },
  },
  {
    name: 'start-recent',
    narrowToo: true,
    async go(traveller) {
      await escape(traveller)
      await traveller.bench.closeProject()
      // Its file is let go of a moment later.
      await traveller.page.waitForTimeout(1000)
    },
  },
  {
    name: 'read-only',
    narrowToo: true,
    async go({ bench, folder, page }) {
      permit(path.join(folder, 'troubles'), false)
      await page.getByRole('button', { name: /troubles/ }).first().click()
      await bench.tail.waitFor()
    },
  },
  {
    name: 'start-damaged',
    narrowToo: true,
    async go({ bench, folder, page }) {
      await bench.closeProject()
      permit(path.join(folder, 'troubles'), true)
      const file = path.join(folder, 'troubles', 'project.sqlite')
      const bytes = readFileSync(file)
      writeFileSync(file, bytes.fill(0xa5, bytes.length - 8192))
      await page.getByRole('button', { name: /troubles/ }).first().click()
      await page.getByRole('alert').first().waitFor()
    },
  },
  {
    name: 'rescued',
    narrowToo: true,
    async go({ page }) {
      await page.getByRole('button', { name: 'Rescue what can be read' }).click()
      await page.getByText('was rescued').waitFor()
    },
  },
  {
    name: 'start-no-project',
    async go(traveller) {
      const { bench, folder, page } = traveller
      await escape(traveller)
      await bench.closeProject()
      await page.waitForTimeout(1000)
      writeFileSync(path.join(folder, 'troubles', 'project.sqlite'), 'not a database at all')
      await page.getByRole('button', { name: /troubles/ }).first().click()
      await page.getByRole('alert').first().waitFor()
    },
  },
]

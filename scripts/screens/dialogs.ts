/** What is asked and told beside the views, with the sample and two runs of it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { runsPage } from '../../e2e/pages/runs.ts'
import { escape, type Station, type Traveller } from './station.ts'

/** From the menu of the dataset. */
async function ask({ page, bench }: Traveller, item: string): Promise<void> {
  await bench.view('Dataset')
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
  await page.getByRole('dialog').waitFor()
}

export const dialogs: readonly Station[] = [
  {
    name: 'dataset-table',
    async go(traveller) {
      await escape(traveller)
      await traveller.bench.view('Dataset')
      await traveller.bench.shape('Table')
    },
  },
  {
    name: 'dataset-menu',
    go: ({ page }) => page.getByRole('button', { name: 'More' }).click(),
  },
  {
    name: 'labels-export',
    async go(traveller) {
      await escape(traveller)
      await ask(traveller, 'Export labels')
    },
  },
  {
    name: 'labels-guess',
    async go(traveller) {
      await escape(traveller)
      await ask(traveller, 'Let a run guess images without a label')
    },
  },
  {
    name: 'labels-import',
    narrowToo: true,
    async go(traveller) {
      const { page, folder } = traveller
      await escape(traveller)
      const file = path.join(folder, 'labels.csv')
      const rows = ['1f3ad.png,Activities/event', '1f9f6.png,Activities/knitting', '1f3a8.png,Activities/arts & crafts', 'nowhere.png,Activities/event']
      writeFileSync(file, ['file,class', ...rows, ''].join('\n'))
      await ask(traveller, 'Import labels')
      await page.getByRole('dialog').getByRole('textbox').fill(file)
      await page.getByRole('button', { name: 'Read the file' }).click()
      await page.getByRole('button', { name: 'Import labels' }).waitFor()
    },
  },
  {
    name: 'labels-import-refused',
    async go(traveller) {
      const { page, folder } = traveller
      await escape(traveller)
      const file = path.join(folder, 'damaged.json')
      writeFileSync(file, '{"images": [\n  {"id": 1, "file_name": "1f3ad.png"},\n  {"id": 2, "file_name": 7}\n]}')
      await ask(traveller, 'Import labels')
      await page.getByRole('dialog').getByRole('textbox').fill(file)
      await page.getByRole('button', { name: 'Read the file' }).click()
      await page.getByRole('alert').first().waitFor()
    },
  },
  {
    name: 'splits-check',
    narrowToo: true,
    async go(traveller) {
      await escape(traveller)
      await escape(traveller)
      await traveller.bench.openSplits()
      await traveller.bench.shape('Check')
      await traveller.page.waitForTimeout(2000)
    },
  },
  {
    name: 'run-report',
    async go({ page, bench }) {
      await bench.view('Runs')
      await runsPage(page).open(1)
      await page.getByRole('button', { name: 'Write report' }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'run-export',
    async go(traveller) {
      await escape(traveller)
      await traveller.page.getByRole('complementary').getByRole('button', { name: 'Export', exact: true }).click()
      await traveller.page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'run-router',
    async go(traveller) {
      await escape(traveller)
      await traveller.page.getByRole('button', { name: 'Make: Router' }).click()
      await traveller.page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'run-delete',
    async go(traveller) {
      await escape(traveller)
      await runsPage(traveller.page).askToDelete()
    },
  },
  {
    name: 'run-report-page',
    async go(traveller) {
      const { page, folder } = traveller
      await escape(traveller)
      const file = path.join(folder, 'report.html')
      mkdirSync(folder, { recursive: true })
      await runsPage(page).report(file)
      // The report is a page of its own: it is looked at in a tab beside the program.
      const tab = await page.context().newPage()
      await tab.setViewportSize({ width: 900, height: 1300 })
      await tab.goto(`file://${file}`)
      traveller.instead = tab
    },
  },
  {
    name: 'bias-and-variance',
    narrowToo: true,
    async go(traveller) {
      await escape(traveller)
      await traveller.bench.view('Runs')
      await traveller.bench.compare(1)
      await traveller.page.getByRole('button', { name: 'Runs', exact: true }).or(traveller.page.getByRole('link', { name: 'Runs', exact: true })).last().waitFor()
      await traveller.page.waitForTimeout(1500)
    },
  },
]

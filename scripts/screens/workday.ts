/** The way through the sample that docs/screens shows, from the first window to two runs compared. */
import { tailDial } from '../../e2e/pages/dial.ts'
import { escape, type Station } from './station.ts'

const imageCells = '[role="listbox"].grid [role="option"]'

export const workday: readonly Station[] = [
  { name: 'start', narrowToo: true, go: ({ page }) => page.getByRole('button', { name: /New project/ }).waitFor() },
  { name: 'dataset-empty', narrowToo: true, go: ({ bench, folder }) => bench.newProject(folder, 'camera-traps') },
  {
    name: 'dataset-import-refused',
    async go({ page, bench }) {
      await bench.askForImport('/nowhere/at/all')
      await page.getByText(/cannot be found/).waitFor()
    },
  },
  {
    name: 'dataset-importing',
    async go(traveller) {
      const { page, bench } = traveller
      await escape(traveller)
      await bench.closeProject()
      await page.getByRole('button', { name: /Try the sample/ }).click()
      await page.getByRole('button', { name: 'Cancel' }).waitFor()
    },
  },
  {
    name: 'dataset',
    narrowToo: true,
    async go({ page }) {
      await page.locator('footer.status').getByText(/1,911 images/).waitFor({ timeout: 120_000 })
      await page.getByRole('heading', { name: /from head to tail/ }).waitFor()
    },
  },
  {
    name: 'dataset-class',
    narrowToo: true,
    async go({ page, bench }) {
      await bench.tail.focus()
      await page.keyboard.press('End')
      await page.keyboard.press('Enter')
      await page.getByRole('listbox', { name: /^Images of/ }).waitFor()
    },
  },
  {
    name: 'train',
    narrowToo: true,
    async go(traveller) {
      await escape(traveller)
      await traveller.bench.view('Train')
      await traveller.page.getByRole('button', { name: 'Start training' }).waitFor()
    },
  },
  {
    name: 'confusions-empty',
    async go({ page, bench }) {
      await bench.view('Confusions')
      await page.getByRole('heading', { name: 'No run has been scored yet' }).waitFor()
    },
  },
  {
    name: 'train-running',
    narrowToo: true,
    async go({ page, bench }) {
      await bench.train({ experts: 3, epochs: 8, batchSize: 64 })
      await page.getByText(/^Epoch 3 of/).waitFor({ timeout: 240_000 })
    },
  },
  { name: 'train-finished', go: async ({ bench }) => void (await bench.trained()) },
  {
    name: 'images',
    narrowToo: true,
    async go({ page, bench }) {
      await bench.view('Images')
      await page.locator(imageCells).first().waitFor()
      // Thumbnails are still being made.
      await page.waitForFunction(() => [...document.querySelectorAll('[role="listbox"] img')].every((image) => (image as HTMLImageElement).naturalWidth > 0))
    },
  },
  {
    name: 'images-detail',
    narrowToo: true,
    async go({ page }) {
      await page.locator(imageCells).nth(3).click()
      await page.keyboard.press('d')
      await page.getByRole('complementary').waitFor()
    },
  },
  {
    name: 'images-picker',
    async go({ page }) {
      await page.keyboard.press('Shift+ArrowRight')
      await page.keyboard.press('Shift+ArrowRight')
      await page.keyboard.press('l')
      await page.keyboard.type('fl')
    },
  },
  {
    name: 'images-none',
    async go(traveller) {
      const { page } = traveller
      await escape(traveller)
      await page.keyboard.press('Escape')
      await page.locator('main input[type="search"]').fill('no such name')
      await page.getByText(/No images?/i).first().waitFor()
    },
  },
  {
    name: 'confusions',
    narrowToo: true,
    async go({ page, bench }) {
      await bench.view('Confusions')
      await page.getByRole('table', { name: /Rare classes taken for/ }).getByRole('row').nth(1).waitFor()
    },
  },
  { name: 'confusions-cell', narrowToo: true, go: async ({ bench }) => void (await bench.openFirstConfusion()) },
  {
    name: 'confusions-experts',
    narrowToo: true,
    async go(traveller) {
      await escape(traveller)
      await traveller.page.getByRole('radio', { name: 'Experts' }).check({ force: true })
    },
  },
  {
    name: 'confusions-dial',
    narrowToo: true,
    async go({ page }) {
      await page.getByRole('radio', { name: 'Matrix' }).check({ force: true })
      const dial = tailDial(page)
      await dial.open()
      await dial.turnTau(10)
    },
  },
  {
    name: 'runs',
    narrowToo: true,
    async go({ page, bench }) {
      await page.getByRole('button', { name: 'Tail dial', exact: true }).click()
      await bench.train({ experts: 1, epochs: 2, batchSize: 64 })
      await bench.trained()
      await bench.view('Runs')
      await page.getByRole('row').nth(2).waitFor()
    },
  },
  { name: 'run', narrowToo: true, go: ({ bench }) => bench.openFirstRow() },
  {
    name: 'compare',
    narrowToo: true,
    async go(traveller) {
      const { page } = traveller
      await escape(traveller)
      for (const run of [1, 2]) await page.getByRole('checkbox', { name: `Compare run ${run}` }).check()
      await page.getByRole('button', { name: 'Compare side by side' }).click()
      await page.getByText(/images turned/).first().waitFor()
    },
  },
  {
    name: 'splits',
    narrowToo: true,
    async go({ bench }) {
      await bench.openSplits()
    },
  },
  {
    name: 'history',
    async go({ page, bench }) {
      await bench.view('Dataset')
      await bench.tail.waitFor()
      await page.keyboard.press('h')
      await page.getByRole('complementary').waitFor()
    },
  },
  {
    name: 'shortcuts',
    async go(traveller) {
      await escape(traveller)
      await traveller.page.keyboard.press('?')
      await traveller.page.getByRole('dialog').waitFor()
    },
  },
]

/** What a person does in the window, in their words; selectors live here and nowhere else. */
import type { Locator, Page } from 'playwright-core'
import { imagesPage } from './images.ts'

/** A run of a few epochs takes seconds alone and much longer on a busy machine. */
export const trainingMs = 8 * 60_000

/** "lynx taken for wildcat: 5 of 7, ..." with at least one image. */
const errorWords = /^.+ taken for .+: [1-9]\d* of \d+, /
const errorTip = /true class[^]+taken for[^]+\n[1-9]\d* of \d+, [\d.]+ %/

export function workbench(page: Page) {
  const dialog = (title: string): Locator => page.getByRole('dialog', { name: title })
  const view = (name: 'Dataset' | 'Images' | 'Splits' | 'Train' | 'Confusions' | 'Runs') => page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name }).click()
  const tail = page.getByLabel(/Training images of each class/)
  const matrix = page.locator('[aria-roledescription="confusion matrix"]')
  const projectMenu = page.locator('header.top button.name[aria-haspopup="menu"]')
  const readout = page.locator('.matrix .readout')
  const tip = page.locator('.matrix .tip')

  async function imagesOfCell(): Promise<Locator> {
    const images = page.getByRole('list', { name: /^Images:/ })
    await images.getByRole('listitem').first().waitFor()
    return images
  }

  /** Waits for the end of the run that is shown; any end but a good one is told at once, in the program's words. */
  async function finished(title: RegExp): Promise<void> {
    const run = page.getByRole('region', { name: title })
    const ending = run.getByText(/^(finished|stopped|interrupted|failed)$/)
    await ending.waitFor({ timeout: trainingMs })
    if ((await ending.innerText()) !== 'finished') throw new Error(`The run did not finish: ${await run.innerText()}`)
  }

  return {
    page,
    view,
    tail,
    status: page.locator('footer.status'),

    async newProject(parent: string, name: string): Promise<void> {
      await page.getByRole('button', { name: /New project/ }).click()
      await dialog('New project').getByLabel('Name').fill(name)
      await dialog('New project').getByLabel('Location').fill(parent)
      await dialog('New project').getByRole('button', { name: 'Make project' }).click()
      await page.getByRole('heading', { name: /Drop a folder/ }).waitFor()
    },

    async closeProject(): Promise<void> {
      await projectMenu.click()
      await page.getByRole('menuitem', { name: 'Close project' }).click()
      await page.getByRole('button', { name: /New project/ }).waitFor()
    },

    /** Asks for another of the recent projects. */
    async switchTo(name: string): Promise<void> {
      await projectMenu.click()
      await page.getByRole('menuitem', { name }).click()
    },

    /** Asks for an import by typing the folder. */
    async askForImport(folder: string): Promise<void> {
      await page.getByRole('button', { name: /^(Choose a folder|Import)/ }).first().click()
      await dialog('Import images').getByRole('textbox', { name: 'Folder' }).fill(folder)
      await dialog('Import images').getByRole('button', { name: 'Import', exact: true }).click()
    },

    async importFolder(folder: string): Promise<void> {
      await this.askForImport(folder)
      await tail.waitFor()
    },

    /** From what the last import says: to the images that came in without a class. */
    async labelLoose(images: number): Promise<void> {
      await page.getByRole('status').filter({ hasText: `${images} without a class` }).getByRole('button', { name: 'Label them' }).click()
      await page.getByRole('status').filter({ hasText: new RegExp(`^${images} images$`) }).waitFor()
    },

    /** Drops files or folders on the window, as from the system's file manager. */
    async drop(files: readonly string[]): Promise<void> {
      const browser = await page.context().newCDPSession(page)
      const { width, height } = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }))
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
        await browser.send('Input.dispatchDragEvent', { type, x: width / 2, y: height / 2, data: { items: [], files: [...files], dragOperationsMask: 1 } })
      }
    },

    /** Agrees to what the import dialog proposes. */
    async agreeToImport(): Promise<void> {
      await dialog('Import images').getByRole('button', { name: 'Import', exact: true }).click()
    },

    async openRecent(name: string): Promise<void> {
      const tabs = page.getByRole('navigation', { name: 'Views' })
      const entry = page.getByRole('button', { name: new RegExp(name) }).first()
      await entry.or(tabs).first().waitFor()
      if (!(await tabs.isVisible())) await entry.click()
      await tabs.waitFor()
    },

    images: () => imagesPage(page),

    /** The grid of all images. */
    async openImages() {
      await view('Images')
      await page.getByRole('listbox', { name: 'Images', exact: true }).waitFor()
      return imagesPage(page)
    },

    /** By the menu's key, in whatever view. */
    async exportLabels(folder: string, fileName: string): Promise<void> {
      await page.keyboard.press('Control+e')
      const asked = dialog('Export labels')
      await asked.getByRole('radio', { name: 'CSV' }).check({ force: true })
      await asked.getByRole('textbox', { name: 'Folder' }).fill(folder)
      await asked.getByRole('textbox', { name: 'File name' }).fill(fileName)
      await asked.getByRole('button', { name: 'Export', exact: true }).click()
      await page.getByText(/^\d+ images exported to /).waitFor()
    },

    /** From where files are missing: looks for them in a folder that is typed. What was found, or why not, is in the dialog that it returns. */
    async lookForMoved(folder: string): Promise<Locator> {
      const asked = dialog('A folder that was moved')
      if (!(await asked.isVisible())) await page.getByRole('button', { name: 'The folder was moved…' }).click()
      await asked.getByLabel('Lies now in').fill(folder)
      await asked.getByRole('button', { name: 'Look for the images' }).click()
      return asked
    },

    /** By its tab; nothing is chosen there yet. */
    async openSplits(): Promise<void> {
      await view('Splits')
      await page.getByRole('heading', { name: 'Splits' }).waitFor()
      await page.getByRole('heading', { name: 'Nothing changes yet' }).waitFor()
    },

    /** One of the shapes in which the view shows its things. */
    async shape(name: string): Promise<void> {
      await page.getByRole('radio', { name, exact: true }).check({ force: true })
    },

    async openClass(name: string): Promise<Locator> {
      await page.getByRole('radio', { name: 'Table' }).check({ force: true })
      await page.getByRole('row', { name: new RegExp(name) }).click()
      return page.getByRole('complementary', { name })
    },

    async train(choices: { readonly experts: number; readonly epochs: number; readonly batchSize: number }): Promise<void> {
      await view('Train')
      const experts = page.getByRole('slider', { name: 'Experts' })
      await experts.focus()
      for (let more = 1; more < 8; more++) await experts.press('ArrowLeft')
      for (let more = 1; more < choices.experts; more++) await experts.press('ArrowRight')
      await enter(page.getByRole('spinbutton', { name: 'Epochs' }), choices.epochs)
      await this.openAdvanced()
      await enter(page.getByRole('spinbutton', { name: /Batch/i }), choices.batchSize)
      await page.getByRole('button', { name: 'Start training' }).click()
    },

    /** A choice of Train from its list. */
    async choose(name: string | RegExp, option: string): Promise<void> {
      await page.getByRole('combobox', { name }).selectOption({ label: option })
    },

    async openAdvanced(): Promise<void> {
      await page.locator('summary', { hasText: 'Advanced' }).click()
    },

    /** What is said before a run is started. */
    warnings: page.getByRole('list', { name: 'To know before it starts' }),

    async trained(): Promise<Locator> {
      await finished(/^Run \d/)
      return page.getByRole('table', { name: 'Accuracy by group' }).first()
    },

    /** Stops the run as soon as it is at its first epoch, and waits until it has stopped. */
    async stop(): Promise<void> {
      await page.getByText(/^Epoch \d+ of/).waitFor({ timeout: trainingMs })
      await page.getByRole('button', { name: 'Stop' }).click()
      const [resume, whole] = [page.getByRole('button', { name: 'Resume' }), page.getByText(/^finished$/)]
      await resume.or(whole).first().waitFor({ timeout: trainingMs })
      if (!(await resume.isVisible())) throw new Error('The run finished before it was stopped.')
    },

    async resume(): Promise<void> {
      await page.getByRole('button', { name: 'Resume' }).click()
    },

    /** Opens the first confusion of the list by a click: the images that were taken for another class. */
    async openFirstConfusion(): Promise<Locator> {
      await page.getByRole('table', { name: /Rare classes taken for/ }).getByRole('row').nth(1).click()
      return imagesOfCell()
    },

    /** Opens the first confusion of the list that holds at least two images. Returns its classes. */
    async openRepeatedConfusion(): Promise<{ readonly actual: string; readonly predicted: string }> {
      const row = page.getByRole('table', { name: /Rare classes taken for/ }).getByRole('row').filter({ hasText: /([2-9]|\d\d) of \d+/ }).first()
      await row.click()
      await imagesOfCell()
      const [, actual, predicted] = /^(.+) taken for (.+): \d+ of/.exec(await readout.innerText())!
      return { actual: actual!, predicted: predicted! }
    },

    /** What the matrix says of the cell that was opened last. */
    cell: (): Promise<string> => readout.innerText(),

    /** Goes from the matrix's first cell to the first error by the arrow keys, row by row, and opens it. Returns what the matrix says of it. */
    async openErrorByKeys(): Promise<string> {
      await matrix.focus()
      await matrix.press('Control+Home')
      for (let row = 0; row < 100; row++) {
        await matrix.press('Control+ArrowRight')
        const words = await readout.innerText()
        if (errorWords.test(words)) {
          await matrix.press('Enter')
          await imagesOfCell()
          return words
        }
        await matrix.press('ArrowDown')
        await matrix.press('Home')
      }
      throw new Error('There is no error above the diagonal of the matrix.')
    },

    /** Moves the pointer over the matrix until a cell says that it holds errors, and clicks there. Returns what the cell said. */
    async openErrorByPointer(): Promise<string> {
      const box = (await matrix.boundingBox())!
      for (let y = box.y + 12; y < box.y + box.height; y += 18) {
        for (let x = box.x + 12; x < box.x + box.width; x += 18) {
          await page.mouse.move(x, y)
          const words = (await tip.count()) > 0 ? await tip.innerText() : ''
          if (!errorTip.test(words)) continue
          await page.mouse.click(x, y)
          await imagesOfCell()
          return words
        }
      }
      throw new Error('No cell of the matrix says that it holds errors.')
    },

    /** Opens the first row of a list of the view in the pane; of its only one, unless one is named. */
    async openFirstRow(table?: string): Promise<void> {
      const list = table === undefined ? page.getByRole('table').first() : page.getByRole('table', { name: table })
      await list.getByRole('row').nth(1).click()
      await page.getByRole('complementary').waitFor()
    },

    /** Columns of a table that are not in sight as a whole, by what stands above them. */
    async columnsCut(table: string): Promise<string[]> {
      return page.getByRole('table', { name: table, exact: true }).evaluate((element) => {
        const { left, right } = element.getBoundingClientRect()
        const isCut = (head: Element): boolean => head.getBoundingClientRect().left < left || head.getBoundingClientRect().right > right
        return [...element.querySelectorAll('[role="columnheader"]')].filter(isCut).map((head) => head.textContent ?? '')
      })
    },

    /** From the page of a finished run: a router on it. Waits until that run has finished too. */
    async makeRouter(runId: number, epochs: number): Promise<void> {
      await page.getByRole('button', { name: 'Make: Router' }).click()
      const asked = dialog(`Router on run ${runId}`)
      await enter(asked.getByRole('spinbutton', { name: 'Epochs' }), epochs)
      await asked.getByRole('button', { name: 'Start' }).click()
      await finished(/^Run \d+: Router/)
    },

    /** Moves the threshold of the router that is shown to the lowest there is, and takes it. Returns what the slider says then. */
    async takeLowestThreshold(): Promise<string> {
      const threshold = page.getByRole('slider', { name: 'Threshold' })
      await threshold.focus()
      await threshold.press('Home')
      await page.getByRole('button', { name: 'Use this threshold' }).click()
      await page.getByRole('button', { name: 'In use' }).waitFor()
      return (await threshold.getAttribute('aria-valuetext'))!
    },

    /** From the list of runs: bias and variance over these. */
    async compare(...runIds: readonly number[]): Promise<void> {
      for (const runId of runIds) await page.getByRole('checkbox', { name: `Compare run ${runId}` }).check()
      await page.getByRole('button', { name: 'Bias and variance' }).click()
    },

    /** From the list of runs: two of them next to each other. */
    async sideBySide(...runIds: readonly [number, number]): Promise<void> {
      for (const runId of runIds) await page.getByRole('checkbox', { name: `Compare run ${runId}` }).check()
      await page.getByRole('button', { name: 'Compare side by side' }).click()
      await page.getByRole('button', { name: 'Swap' }).waitFor()
    },

    /** The pane beside the matrix: its title and its images. */
    pane: page.getByRole('complementary'),
  }
}

async function enter(field: Locator, value: number): Promise<void> {
  await field.fill(String(value))
  await field.press('Tab')
}

/** What a person does in the window, in their words; selectors live here and nowhere else. */
import type { Locator, Page } from 'playwright-core'

/** A run of a few epochs takes seconds alone and much longer on a busy machine. */
const trainingMs = 8 * 60_000

export function workbench(page: Page) {
  const dialog = (title: string): Locator => page.getByRole('dialog', { name: title })
  const view = (name: 'Dataset' | 'Train' | 'Confusions' | 'Runs') => page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name }).click()
  const tail = page.getByLabel(/Training images of each class/)
  const matrix = page.locator('[aria-roledescription="confusion matrix"]')

  return {
    page,
    view,
    tail,
    matrix,
    status: page.locator('footer.status'),

    async newProject(parent: string, name: string): Promise<void> {
      await page.getByRole('button', { name: /New project/ }).click()
      await dialog('New project').getByLabel('Name').fill(name)
      await dialog('New project').getByLabel('Location').fill(parent)
      await dialog('New project').getByRole('button', { name: 'Make project' }).click()
      await page.getByRole('heading', { name: /Drop a folder/ }).waitFor()
    },

    /** Asks for an import by typing the folder. */
    async askForImport(folder: string): Promise<void> {
      await page.getByRole('button', { name: /^(Choose a folder|Import)/ }).first().click()
      await dialog('Import images').getByLabel('Folder').fill(folder)
      await dialog('Import images').getByRole('button', { name: 'Import', exact: true }).click()
    },

    async importFolder(folder: string): Promise<void> {
      await this.askForImport(folder)
      await tail.waitFor()
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
      await page.locator('summary', { hasText: 'Advanced' }).click()
      await enter(page.getByRole('spinbutton', { name: /Batch/i }), choices.batchSize)
      await page.getByRole('button', { name: 'Start training' }).click()
    },

    async trained(): Promise<Locator> {
      const result = page.getByRole('table', { name: 'Accuracy by group' })
      await result.first().waitFor({ timeout: trainingMs })
      return result.first()
    },

    /** Opens the first confusion of the list by the keyboard: the images that were taken for another class. */
    async openFirstConfusion(): Promise<Locator> {
      await page.getByRole('table', { name: /Rare classes taken for/ }).getByRole('row').nth(1).click()
      const images = page.getByRole('list', { name: /^Images:/ })
      await images.getByRole('listitem').first().waitFor()
      return images
    },
  }
}

async function enter(field: Locator, value: number): Promise<void> {
  await field.fill(String(value))
  await field.press('Tab')
}

/** Whether the picture has arrived and has pixels. */
export async function pixelsOf(picture: Locator): Promise<{ readonly width: number; readonly height: number }> {
  await picture.scrollIntoViewIfNeeded()
  return picture.evaluate(async (element) => {
    const image = element as HTMLImageElement
    await image.decode()
    return { width: image.naturalWidth, height: image.naturalHeight }
  })
}

/** Runs and their comparison, as a person uses them; their selectors live here. */
import type { Locator, Page } from 'playwright-core'
import { trainingMs } from './workbench.ts'

export function runsPage(page: Page) {
  const details = page.getByRole('complementary')
  const dialog = (title: string | RegExp): Locator => page.getByRole('dialog', { name: title })
  const comparison = page.getByRole('region', { name: 'Comparison of two runs' })
  const turned = comparison.getByRole('region', { name: 'Images that turned' })

  return {
    details,
    comparison,
    row: (runId: number): Locator => page.getByRole('row').filter({ has: page.getByRole('checkbox', { name: `Compare run ${runId}`, exact: true }) }),

    /** What the list says of a run's accuracy, where it is in sight. */
    async accuracyInSight(runId: number): Promise<Readonly<Record<'Top-1' | 'Few', string>>> {
      const heads = await page.getByRole('columnheader').allInnerTexts()
      const said = async (column: string): Promise<string> => {
        const cell = this.row(runId).getByRole('cell').nth(heads.findIndex((head) => head.trim() === column))
        const { x, width } = (await cell.boundingBox())!
        return x + width <= page.viewportSize()!.width ? await cell.innerText() : 'out of sight'
      }
      return { 'Top-1': await said('Top-1'), Few: await said('Few') }
    },

    /** From the list: the page of a run. */
    async open(runId: number): Promise<void> {
      await this.row(runId).click()
      await details.getByRole('heading', { name: new RegExp(`^Run ${runId}(:|$)`) }).waitFor()
    },

    async trainAgain(epochs: number): Promise<void> {
      await details.getByRole('button', { name: 'Train again with these choices' }).click()
      const field = page.getByRole('spinbutton', { name: 'Epochs' })
      await field.fill(String(epochs))
      await field.press('Tab')
      await page.getByRole('button', { name: 'Start training' }).click()
    },

    /** Looks at something else until the run has finished, is told so, and goes there. */
    async endElsewhere(runId: number): Promise<void> {
      await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Dataset' }).click()
      await page.getByText(new RegExp(`^Run ${runId} finished: [\\d.]+ % of the validation images right\\.`)).waitFor({ timeout: trainingMs })
      await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Show' }).click()
    },

    /** From the list: two runs side by side. Returns what the paired test says of all classes and of each group. */
    async compareSideBySide(before: number, after: number): Promise<string[]> {
      for (const runId of [before, after]) await page.getByRole('checkbox', { name: `Compare run ${runId}`, exact: true }).check()
      await page.getByRole('button', { name: 'Compare side by side' }).click()
      const tests = comparison.getByRole('region', { name: 'Accuracy by group' }).getByRole('listitem')
      await tests.first().waitFor()
      return tests.allInnerTexts()
    },

    /** Of the comparison: how many images turned, and those that are listed, in words. */
    async turned(to: 'right' | 'wrong'): Promise<{ readonly count: number; readonly listed: string[] }> {
      const choice = turned.getByRole('radio', { name: new RegExp(`^Turned ${to} \\(`) })
      await choice.check({ force: true })
      const count = Number(/\((\d+)\)/.exec(await choice.evaluate((input) => input.closest('label')?.textContent ?? ''))?.[1])
      const cards = turned.getByRole('listitem')
      if (count > 0) await turned.getByText(new RegExp(`^\\d+ of ${count} image`)).waitFor()
      else await turned.getByText(`No image turned ${to} here.`).waitFor()
      return { count, listed: await cards.allInnerTexts() }
    },

    /** From a card of the comparison to the cell that its image stands in. */
    async openCell(card: number): Promise<void> {
      await turned.getByRole('listitem').nth(card).getByRole('link', { name: /confusions/ }).click()
      await page.getByRole('list', { name: /^Images:/ }).getByRole('listitem').first().waitFor()
    },

    async rename(name: string): Promise<void> {
      const field = details.getByLabel('Name', { exact: true })
      await field.fill(name)
      await field.press('Tab')
      await details.getByRole('heading', { name: new RegExp(`: ${name}$`) }).waitFor()
    },

    async note(words: string): Promise<void> {
      await this.notes.fill(words)
      await this.notes.press('Tab')
    },
    notes: details.getByLabel('Notes', { exact: true }),

    async report(file: string): Promise<void> {
      await details.getByRole('button', { name: 'Write report' }).click()
      await dialog(/^Report of/).getByLabel('File').fill(file)
      await this.writeReport()
    },

    /** Under its usual name, in a folder that is chosen in the window's own dialog. */
    async reportInto(folder: string): Promise<void> {
      await details.getByRole('button', { name: 'Write report' }).click()
      await dialog(/^Report of/).getByRole('button', { name: 'Choose folder' }).click()
      const chooser = dialog('Where it is written')
      await chooser.getByLabel('Path').fill(folder)
      await chooser.getByRole('button', { name: /^Choose/ }).click()
      await chooser.waitFor({ state: 'detached' })
      await this.writeReport()
    },

    async writeReport(): Promise<void> {
      await dialog(/^Report of/).getByRole('button', { name: 'Write report' }).click()
      await dialog(/^Report of/).getByText(/^Written to/).waitFor()
      await dialog(/^Report of/).getByRole('button', { name: 'Done' }).click()
    },

    /** Asks for a run to be deleted; what is asked back is agreed to by the function that it returns. */
    async askToDelete(): Promise<() => Promise<void>> {
      await details.getByRole('button', { name: 'Delete' }).click()
      const asked = dialog(/^Delete Run/)
      await asked.getByText(/^This frees/).waitFor()
      return async () => {
        await asked.getByRole('button', { name: 'Delete' }).click()
        await asked.waitFor({ state: 'detached' })
        await details.waitFor({ state: 'detached' })
      }
    },
  }
}

/** The tail dial, as a person turns it; its selectors live here. */
import type { Page } from 'playwright-core'

export function tailDial(page: Page) {
  const region = page.getByRole('region', { name: 'Tail dial' })
  const shares = page.getByRole('textbox', { name: /^Share of/ })

  return {
    async open(): Promise<void> {
      await page.getByRole('button', { name: 'Tail dial' }).click()
      await region.getByText('unchanged').first().waitFor()
    },
    state: async (): Promise<string> => (await region.getByRole('status').innerText()).trim(),

    async turnTau(steps: number): Promise<void> {
      await region.getByRole('slider', { name: 'Logit adjustment' }).focus()
      for (let n = 0; n < steps; n++) await page.keyboard.press('ArrowRight')
    },

    async typeShares(): Promise<void> {
      await region.getByRole('button', { name: 'Type shares' }).click()
      await shares.first().waitFor()
    },

    /** As the list has them: the rarest first. */
    async classNames(): Promise<string[]> {
      const labels = await shares.evaluateAll((fields) => fields.map((field) => field.getAttribute('aria-label') ?? ''))
      return labels.map((label) => label.replace(/^Share of (.*) in per cent$/, '$1'))
    },

    /** As a list of classes and their shares. */
    async list(table: string): Promise<void> {
      await page.getByLabel('A list, typed or from a spreadsheet').fill(table)
      await page.getByRole('button', { name: 'Take these shares' }).click()
    },

    async save(): Promise<void> {
      await region.getByRole('button', { name: 'Save with the run' }).click()
      await region.getByRole('button', { name: 'Saved with the run' }).waitFor()
    },

    async giveBack(): Promise<void> {
      await region.getByRole('button', { name: /own answers/ }).click()
      await region.getByRole('button', { name: 'Save with the run' }).waitFor()
    },

    async undo(): Promise<void> {
      await page.getByRole('button', { name: 'Undo', exact: true }).click()
      await region.getByRole('button', { name: 'Saved with the run' }).waitFor()
    },
  }
}

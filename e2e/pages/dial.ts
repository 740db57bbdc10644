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

    async paste(table: string): Promise<void> {
      const field = page.getByLabel('Paste from a spreadsheet')
      await field.fill(table)
      await field.press('Tab')
    },

    async save(): Promise<void> {
      await region.getByRole('button', { name: 'Save with the run' }).click()
      await region.getByRole('button', { name: 'Saved with the run' }).waitFor()
    },

    async giveBack(): Promise<void> {
      await region.getByRole('button', { name: /own answers/ }).click()
      await region.getByRole('button', { name: 'Save with the run' }).waitFor()
    },
  }
}

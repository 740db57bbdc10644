/** The grid of all images, as a person uses it; its selectors live here. */
import type { Locator, Page } from 'playwright-core'

export function imagesPage(page: Page) {
  const grid = page.getByRole('listbox', { name: 'Images', exact: true })
  return {
    /** The keys go to it. */
    async hasFocus(): Promise<void> {
      await page.locator('[role=listbox][aria-label=Images]:focus').waitFor()
    },
    filter: (name: string): Locator => page.getByRole('group', { name: 'Filters' }).getByRole('combobox', { name, exact: true }),
    async picked(count: number): Promise<void> {
      await page.getByText(new RegExp(`^${count} of .* picked$`)).waitFor()
    },
    /** Of one class, found by the first letters of its name. */
    async show(letters: string, images: number): Promise<void> {
      await page.getByRole('button', { name: /^(Any class|Class: .*)$/ }).click()
      await page.getByRole('combobox', { name: 'Class', exact: true }).fill(letters)
      await page.keyboard.press('Enter')
      await this.holds(images)
    },
    async unlabel(): Promise<void> {
      await page.keyboard.press('x')
    },
    async moveTo(split: 'Training' | 'Validation' | 'Test'): Promise<void> {
      await page.getByRole('button', { name: 'Move to split' }).click()
      await page.getByRole('menuitem', { name: split }).click()
    },
    /** The image that is shown in large. */
    large: page.getByRole('region', { name: 'Image', exact: true }),
    async openByDoubleClick(place: number): Promise<void> {
      await grid.locator(`[aria-posinset="${place}"]`).dblclick()
    },
    /** What stands under the grid and is not wholly in sight there. */
    async barCut(): Promise<string[]> {
      const bar = page.getByRole('group', { name: 'Picked images' })
      const edge = (await bar.boundingBox())!
      const cut: string[] = []
      for (const button of await bar.getByRole('button').all()) {
        const { x, y, width, height } = (await button.boundingBox())!
        if (x < edge.x || y < edge.y + 4 || x + width > edge.x + edge.width || y + height > edge.y + edge.height - 4) cut.push((await button.getAttribute('aria-label')) ?? (await button.innerText()))
      }
      return cut
    },
    /** Of what stands under the grid, in CSS pixels. */
    async barHeight(): Promise<number> {
      return (await page.getByRole('group', { name: 'Picked images' }).boundingBox())!.height
    },
    /** Nothing being picked. */
    async holds(images: number): Promise<void> {
      await page.getByRole('status').filter({ hasText: new RegExp(`^${images} images?$`) }).waitFor()
    },
    /** The first of them, by keys. */
    async pick(count: number): Promise<void> {
      await grid.focus()
      for (let more = 1; more < count; more++) await grid.press('Shift+ArrowRight')
      await this.picked(count)
    },
    /** And waits for it: what it shows is fetched as it comes into sight. */
    async goToLast(): Promise<void> {
      await grid.focus()
      await grid.press('End')
      await grid.locator('.current img').waitFor()
    },
    /** At its very end, with so many picked and cells so large that it scrolls. */
    async pickLast(count: number): Promise<void> {
      await grid.focus()
      for (let steps = 0; steps < 8; steps++) await grid.press('+')
      await grid.press('End')
      for (let more = 1; more < count; more++) await grid.press('Shift+ArrowLeft')
      await this.picked(count)
    },
    /** Which images are picked and which the keys are at, by their places, and how far the grid is scrolled. */
    async standsAt(): Promise<{ picked: string[]; current: string | null; scrolled: number }> {
      const placesOf = (state: string): Promise<string[]> => grid.locator(state).evaluateAll((cells) => cells.map((cell) => cell.getAttribute('aria-posinset')!).sort())
      return { picked: await placesOf('[aria-selected=true]'), current: (await placesOf('.current'))[0] ?? null, scrolled: await grid.evaluate((element) => element.scrollTop) }
    },
    /** The image that the keys are at, beside the grid. */
    async look(): Promise<void> {
      await grid.focus()
      await page.keyboard.press('d')
      await page.getByRole('complementary').waitFor()
    },
    /** How many the list holds, nothing being picked. */
    async count(): Promise<number> {
      return Number((await page.getByRole('status').filter({ hasText: /^[\d,]+ images?$/ }).innerText()).replaceAll(/\D/g, ''))
    },
    /** Of the list to pick a class from, what lies over it. */
    async pickerCovered(): Promise<string[]> {
      return page.locator('.picker').evaluate((picker) => {
        const { left, top, width, height } = picker.getBoundingClientRect()
        const points = [0.1, 0.3, 0.5, 0.7, 0.9].flatMap((down) => [0.1, 0.5, 0.9].map((across) => document.elementFromPoint(left + across * width, top + down * height)))
        return points.filter((at) => !picker.contains(at)).map((at) => at?.outerHTML.slice(0, 200) ?? '')
      })
    },
    async label(letters: string): Promise<void> {
      await page.keyboard.press('l')
      await page.keyboard.type(letters)
      await page.keyboard.press('Enter')
    },
    async undoes(words: string): Promise<void> {
      await page.getByRole('button', { name: `Undo: ${words}` }).waitFor()
    },
    async undo(words: string): Promise<void> {
      await this.undoes(words)
      await grid.focus()
      await page.keyboard.press('u')
    },
  }
}

/** The first minutes of somebody who has no images at hand, in every light and width, by eye and by keyboard. */
import { expect } from 'vitest'
import { journeys } from './hosts/journeys.ts'
import { workbench } from './pages/workbench.ts'
import { violations, watchPage } from './watch.ts'

const { current, journey, start } = journeys()

journey('the sample, its tail, and what every view says before a run', async () => {
  // Looked at and closed again, with no project open.
  await (await start()).close()
  const { page } = await start()
  const faults = watchPage(page)
  const bench = workbench(page)
  expect(await violations(page)).toEqual([])

  await page.getByRole('button', { name: /Try the sample/ }).click()
  await expect.poll(() => bench.status.innerText(), { timeout: 120_000 }).toMatch(/1,911 images.*99 classes/s)
  await page.getByRole('heading', { name: /from head to tail/ }).waitFor()

  // By keyboard alone: to a class, its images, one of them large, and back.
  await bench.tail.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await page.getByRole('listbox', { name: /^Images of/ }).waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByRole('listbox', { name: /^Images of/ }).count()).toBe(0)

  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const view of ['Dataset', 'Train', 'Confusions', 'Runs'] as const) {
      await bench.view(view)
      expect(await violations(page), `${view}, ${colorScheme}`).toEqual([])
    }
  }
  await bench.view('Confusions')
  await page.getByRole('heading', { name: 'No run has been scored yet' }).waitFor()
  await page.getByRole('button', { name: 'Go to Train' }).click()
  await page.getByRole('button', { name: 'Start training' }).waitFor()
  expect(faults()).toEqual([])
})

journey('a folder that is not there says so, and what to do', async () => {
  const { page } = current()
  const bench = workbench(page)
  await bench.view('Dataset')
  await bench.askForImport('/nowhere/at/all')
  await page.getByText(/\/nowhere\/at\/all cannot be found.*Check the path/).waitFor()
  await page.keyboard.press('Escape')
  // It was read: the view does not say it again.
  await page.getByText(/cannot be found/).waitFor({ state: 'detached' })
})

journey('the choices of Train say what follows from them, in every light and width, and are kept', async () => {
  const { page } = current()
  const bench = workbench(page)
  await bench.view('Train')
  const size = page.getByRole('spinbutton', { name: 'Image size' })
  await expect.poll(() => size.inputValue()).toBe('32')

  await bench.choose('Recipe', 'ImageNet-LT')
  await expect.poll(() => size.inputValue()).toBe('224')
  await page.getByRole('img', { name: /shared trunk and 3 experts/ }).waitFor()
  await bench.warnings.getByText(/ResNeXt-50 has \d+\.\d M parameters to learn from [\d,]+ images/).waitFor()

  await bench.choose('Recipe', 'BalPoE-style')
  await expect.poll(() => size.inputValue()).toBe('32')
  await page.getByRole('slider', { name: 'Experts' }).press('Home')
  await bench.warnings.getByText(/BalPoE with one expert/).waitFor()
  await bench.openAdvanced()
  await page.getByRole('radiogroup', { name: /re-weighting/ }).getByRole('radio', { name: 'From the start' }).check({ force: true })
  await bench.warnings.getByText(/Cao et al\. 2019/).waitFor()

  const usual = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }))
  for (const width of [usual.width, 860, 480]) {
    await page.setViewportSize({ ...usual, width })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await violations(page), `${width} pixels, ${colorScheme}`).toEqual([])
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width} pixels`).toBe(true)
  }
  await page.setViewportSize(usual)

  await bench.view('Dataset')
  await bench.view('Train')
  await expect.poll(() => page.getByRole('combobox', { name: 'Recipe' }).inputValue()).toBe('balpoe')
  await page.reload()
  await expect.poll(() => page.getByRole('combobox', { name: 'Recipe' }).inputValue()).toBe('balpoe')

  await bench.openAdvanced()
  await page.getByRole('textbox', { name: 'Start from a weights file' }).fill('/nowhere/at/all.pth')
  await page.getByRole('button', { name: 'Start training' }).click()
  await page.getByRole('alert').getByText(/\/nowhere\/at\/all\.pth cannot be found/).waitFor()
})

/** Images: narrowed down, picked by keys, labelled anew, and taken back after the program was started again. */
import { copyFileSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { journeys } from './hosts/journeys.ts'
import { workbench } from './pages/workbench.ts'
import { classCounts, makeRealFolder } from './realFolder.ts'
import { violations, watchPage } from './watch.ts'

const { home, current, journey, start } = journeys()
const faces = classCounts['face-smiling']!

journey('images are labelled by keys', async () => {
  const folder = path.join(home.folder, 'pictures')
  makeRealFolder(folder)
  const loose = readdirSync(path.join(folder, 'clothing')).slice(0, 2)
  for (const name of loose) copyFileSync(path.join(folder, 'clothing', name), path.join(folder, name))
  let host = await start()
  let faults = watchPage(host.page)
  let bench = workbench(host.page)
  await bench.newProject(home.folder, 'labelled')
  await bench.importFolder(folder)
  await bench.labelLoose(loose.length)
  const images = await bench.openImages()
  await images.show('face', faces)
  const usual = host.page.viewportSize()
  if (usual) await host.page.setViewportSize({ ...usual, width: 480 })
  const barHeight = await images.barHeight()
  await images.pick(3)
  await images.label('plant')
  await images.undoes('3 images labelled plant-flower')
  // What has another class leaves the list.
  await images.holds(faces - 3)
  // Whatever there is to do with the picked, and to undo, the grid stays where it is.
  expect(await images.barHeight()).toBe(barHeight)
  expect(faults()).toEqual([])
  await host.close()

  host = await start()
  faults = watchPage(host.page)
  bench = workbench(host.page)
  await bench.openRecent('labelled')
  const again = await bench.openImages()
  await again.show('face', faces - 3)
  await again.undo('3 images labelled plant-flower')
  await again.holds(faces)
  await again.pick(2)
  await again.unlabel()
  await again.holds(faces - 2)
  await again.show('unlabelled', loose.length + 2)
  await again.pick(2)
  await again.moveTo('Test')
  await host.page.getByRole('button', { name: /^Undo: \d+ images moved to testing/ }).waitFor()
  await bench.exportLabels(home.folder, 'labels')
  expect(readFileSync(path.join(home.folder, 'labels.csv'), 'utf8')).toContain('face-smiling')
  expect(faults()).toEqual([])
})

journey("on arrival the keys are the grid's, and in a filter nobody's", async () => {
  const { page } = current()
  const faults = watchPage(page)
  const bench = workbench(page)
  for (const arrive of [() => page.keyboard.type('gi'), () => bench.openImages()]) {
    await bench.view('Dataset')
    await bench.tail.waitFor()
    await arrive()
    const images = bench.images()
    await images.hasFocus()
    await page.keyboard.press('Shift+ArrowRight')
    await images.picked(2)
    await images.filter('Split').focus()
    await page.keyboard.press('Escape')
    await page.getByText('Pick all').waitFor()
  }
  const images = bench.images()
  const undo = page.getByRole('button', { name: /^Undo: / })
  const before = await undo.getAttribute('aria-label')
  await images.filter('Split').focus()
  await page.keyboard.press('ArrowDown')
  await expect.poll(() => images.filter('Split').inputValue()).toBe('train')
  await page.keyboard.type('x1')
  expect(await undo.getAttribute('aria-label')).toBe(before)
  expect(await images.filter('Split').evaluate((element) => element === document.activeElement)).toBe(true)
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await images.hasFocus()
  expect(faults()).toEqual([])
})

journey('the search gives the keys to the images that it found, and Caps Lock leaves them what they mean', async () => {
  const { page } = current()
  const faults = watchPage(page)
  const images = await workbench(page).openImages()
  const all = await images.count()
  // Playwright's U is the letter that Caps Lock makes, as Shift is not held.
  const lastStep = (): Promise<string | null> => page.getByRole('button', { name: /^Undo: / }).getAttribute('aria-label')
  const before = await lastStep()
  // The first ones have no label.
  await images.goToLast()
  await page.keyboard.press('X')
  await expect.poll(lastStep).not.toBe(before)
  const unlabelled = await lastStep()
  for (const [key, step] of [['U', before], ['Shift+u', unlabelled], ['u', before]] as const) {
    await page.keyboard.press(key)
    await expect.poll(lastStep, { message: key }).toBe(step)
  }
  for (const key of ['Enter', 'ArrowDown']) {
    await page.keyboard.press('/')
    await page.keyboard.type('1f600')
    await page.keyboard.press(key)
    await images.hasFocus()
    await images.holds(1)
    await page.keyboard.press('/')
    await page.keyboard.press('Escape')
    await images.holds(all)
    expect(await page.getByRole('searchbox').evaluate((element) => element === document.activeElement)).toBe(true)
    await page.keyboard.press('Escape')
    await images.hasFocus()
  }
  expect(faults()).toEqual([])
})

journey('a digit says why it labels nothing where no run has answered, and what would help is there', async () => {
  const { page } = current()
  const faults = watchPage(page)
  const images = await workbench(page).openImages()
  await page.keyboard.press('1')
  await page.getByText(/^No run has answered for these images yet/).waitFor()
  await page.keyboard.press('l')
  expect(await images.pickerCovered()).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Let a run guess' }).click()
  await page.getByRole('dialog', { name: 'Let a run guess' }).waitFor()
  await page.keyboard.press('Escape')
  await images.hasFocus()
  expect(faults()).toEqual([])
})

journey('Escape lets go what is picked, then closes the pane', async () => {
  const { page } = current()
  const faults = watchPage(page)
  const images = await workbench(page).openImages()
  await images.look()
  await images.pick(2)
  await page.keyboard.press('Escape')
  await page.getByText('Pick all').waitFor()
  expect(await page.getByRole('complementary').count()).toBe(1)
  await page.keyboard.press('Escape')
  await page.getByRole('complementary').waitFor({ state: 'detached' })
  await images.hasFocus()
  expect(faults()).toEqual([])
})

journey('one image in large, by Enter, a double click or a button, and back to the grid', async () => {
  const { page } = current()
  const faults = watchPage(page)
  const bench = workbench(page)
  await bench.view('Dataset')
  const images = await bench.openImages()
  await images.hasFocus()
  const place = async (): Promise<string> => (await images.large.getByRole('status').innerText()).replace(/ of .*/, '')
  await page.keyboard.press('Enter')
  await expect.poll(place).toBe('1')
  for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key)
  await expect.poll(place).toBe('3')
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Escape')
  await images.large.waitFor({ state: 'detached' })
  await images.hasFocus()
  expect((await images.standsAt()).current).toBe('3')

  await images.openByDoubleClick(2)
  await expect.poll(place).toBe('2')
  await page.keyboard.press('Enter')
  await images.look()
  await page.getByRole('button', { name: /^In large/ }).click()
  await images.large.getByRole('button', { name: 'Next image' }).click()
  await expect.poll(place).toBe('3')
  await page.keyboard.press('Escape')
  // The pane stays, and the keys are the grid's.
  await images.hasFocus()
  await page.keyboard.press('Escape')
  await page.getByRole('complementary').waitFor({ state: 'detached' })
  expect(faults()).toEqual([])
})

journey('what stands under the grid has its room in a narrow window', async () => {
  const { page } = current()
  const usual = page.viewportSize()
  if (!usual) return
  const bench = workbench(page)
  await bench.view('Dataset')
  const images = await bench.openImages()
  await images.hasFocus()
  for (const width of [480, 760, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    expect(await images.barCut(), `${width} pixels`).toEqual([])
    await page.keyboard.press('Home')
    await images.pick(2)
    expect(await images.barCut(), `${width} pixels, two picked`).toEqual([])
    await page.keyboard.press('Escape')
  }
  await page.setViewportSize(usual)
})

journey('a page that is loaded anew shows the same list at the same place', async () => {
  const { page } = current()
  const faults = watchPage(page)
  const images = await workbench(page).openImages()
  await images.show('face', faces - 2)
  await images.pickLast(3)
  const before = await images.standsAt()
  expect(before.scrolled).toBeGreaterThan(100)
  expect(before.picked).toHaveLength(3)
  await page.reload()
  await expect.poll(() => images.standsAt(), { timeout: 20_000 }).toEqual(before)
  await page.getByText(`3 of ${faces - 2} picked`).waitFor()
  expect(faults()).toEqual([])
})

// A page that crashed is lost to the journey too: only the program itself can still look at it.
journey('a page that crashed is shown again at the same place', async () => {
  const { program } = current()
  const scrolled = (): Promise<number> => program!.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript("document.querySelector('[role=listbox]').scrollTop + 1e4 * document.querySelectorAll('[aria-selected=true]').length") as Promise<number>)
  const before = await scrolled()
  await program!.evaluate(({ BrowserWindow }) => new Promise<void>((resolve) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!
    webContents.once('did-finish-load', () => resolve())
    webContents.forcefullyCrashRenderer()
  }))
  await expect.poll(() => scrolled().catch(() => null), { timeout: 20_000 }).toBe(before)
}, { browser: 'its page is not the program’s to show again' })

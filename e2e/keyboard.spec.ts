/** Every view by the keyboard alone: all that can be done is reached, what has the focus shows it, and nothing moves for who wants it still. */
import path from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { journeys, withReason } from './hosts/journeys.ts'
import { workbench } from './pages/workbench.ts'
import { makeRealFolder } from './realFolder.ts'
import { violations, watchPage } from './watch.ts'

const { home, reason, start } = journeys()
let page: Page
let faults: () => readonly string[]
beforeAll(async () => {
  if (reason !== undefined) return
  const images = path.join(home.folder, 'emoji')
  makeRealFolder(images)
  ;({ page } = await start())
  faults = watchPage(page)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.getByRole('button', { name: /New project/ }).waitFor()
})

/** Goes through the view by Tab. Returns what can be used but was not come by, and what had the focus without showing it. */
async function walk(): Promise<{ readonly missed: readonly string[]; readonly unseen: readonly string[] }> {
  await page.evaluate(() => {
    const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter((element) => {
      const input = element as HTMLInputElement
      // What is folded has a place of its own in Chromium, and cannot be come by.
      if (!element.checkVisibility() || getComputedStyle(element).visibility === 'hidden' || input.disabled) return false
      if (element.closest('[inert], [aria-hidden="true"]')) return false
      // Of radio buttons one is come by, the arrows lead to the others; so it is with rows, cells and options.
      if (input.type === 'radio') return input.checked
      return element.getAttribute('tabindex') !== '-1'
    })
    for (const element of all) element.setAttribute('data-walk', 'missed')
    ;(document.activeElement as HTMLElement | null)?.blur()
  })
  const unseen: string[] = []
  // It begins where something was last done; past the end the browser itself has the focus, then the first thing.
  for (let steps = 0, ends = 0; steps < 400 && ends < 2; steps++) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(() => {
      const element = document.activeElement
      if (!element || element === document.body) return null
      const isBack = element.getAttribute('data-walk') === 'met'
      element.setAttribute('data-walk', 'met')
      // Where the control itself is hidden, what stands for it shows the focus; in a grid, its current image; in a region, a line at its page.
      const current = document.getElementById(element.getAttribute('aria-activedescendant') ?? '')
      const shows =
        [element, element.nextElementSibling, element.parentElement, current].some((one) =>
          [null, '::after'].some((part) => {
            const { outlineStyle, outlineWidth } = getComputedStyle(one ?? element, part)
            return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1
          }),
        ) ||
        (element.getAttribute('role') === 'region' && getComputedStyle(element.firstElementChild ?? element).boxShadow !== 'none')
      return { isBack, shows, what: element.outerHTML.slice(0, 400) }
    })
    if (at === null) ends += 1
    else if (at.isBack) break
    else if (!at.shows) unseen.push(at.what)
  }
  const missed = await page.evaluate(() => [...document.querySelectorAll('[data-walk="missed"]')].map((element) => element.outerHTML.slice(0, 400)))
  await page.evaluate(() => {
    for (const element of document.querySelectorAll('[data-walk]')) element.removeAttribute('data-walk')
  })
  return { missed, unseen }
}

/** Whether the top of the card that has the focus, which is its picture, is in sight in its list. */
function pictureInSight(): boolean {
  const card = document.activeElement?.closest('[role=listitem]')
  const list = card?.closest('[role=list]')
  if (!card || !list) return false
  const [{ top }, box] = [card.getBoundingClientRect(), list.getBoundingClientRect()]
  return top > box.top - 4 && top < box.bottom - 60
}

/** Of the image that has the focus, all of the picture lies in what the list shows. */
function wholePictureInSight(): boolean {
  const picture = document.activeElement?.querySelector('img')?.getBoundingClientRect()
  const box = document.activeElement?.closest('[role=list]')?.getBoundingClientRect()
  return picture !== undefined && box !== undefined && picture.height > 0 && picture.top >= box.top && picture.bottom <= box.bottom
}

/** Of transitions and animations, the elements whose time is longer than a hundredth of a second. */
const moving = (): Promise<readonly string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('*')].filter((element) =>
      [null, '::before', '::after'].some((part) => {
        const { transitionDuration, animationDuration, animationName } = getComputedStyle(element, part)
        const times = [...transitionDuration.split(','), ...(animationName === 'none' ? [] : animationDuration.split(','))]
        return times.some((time) => Number.parseFloat(time) * (time.trim().endsWith('ms') ? 0.001 : 1) > 0.01)
      }),
    ).map((element) => element.outerHTML.slice(0, 400)),
  )

async function expectGood(): Promise<void> {
  // What comes while somebody goes through, as pictures do, takes the focus with what it replaces: then from the start again.
  await expect.poll(walk).toEqual({ missed: [], unseen: [] })
  await expect.poll(moving).toEqual([])
  expect(await violations(page)).toEqual([])
}

/** Opens a dialog by a button and the keyboard, looks at it, and leaves it: nothing is asked, and the focus is where it was. */
async function expectDialog(button: Locator, title: string | RegExp): Promise<void> {
  await button.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: title })
  await dialog.waitFor()
  expect(await dialog.evaluate((element) => element.contains(document.activeElement)), String(title)).toBe(true)
  expect(await moving()).toEqual([])
  expect(await violations(page), String(title)).toEqual([])
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => button.evaluate((element) => element === document.activeElement), { message: String(title) }).toBe(true)
}

describe.skipIf(reason !== undefined)(withReason('by the keyboard alone', reason), () => {
  it('the start page and its dialogs, which give the focus back', async () => {
    await expectGood()
    await expectDialog(page.getByRole('button', { name: /New project/ }), 'New project')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.type('theme of nothing')
    await page.getByText(/Nothing here is called/).waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
  })

  it('the dataset, empty and full, with a class beside it', async () => {
    const bench = workbench(page)
    await bench.newProject(home.folder, 'keys')
    await expectGood()
    await bench.importFolder(path.join(home.folder, 'emoji'))
    await expectGood()
    const pane = await bench.openClass('musical-instrument')
    await expectGood()
    const menu = pane.getByRole('button', { name: 'What to do with the class' })
    await menu.press('Enter')
    await page.getByRole('menuitem', { name: 'Delete the class' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'detached' })
    await expect.poll(() => menu.evaluate((element) => element === document.activeElement)).toBe(true)
    await menu.press('Enter')
    await page.getByRole('menuitem', { name: 'Rename' }).press('Enter')
    const name = pane.getByRole('textbox', { name: 'Class name' })
    await name.fill('  ')
    await name.press('Enter')
    await expect.poll(() => pane.getByRole('button', { name: 'Rename' }).isDisabled()).toBe(true)
    expect(await pane.getByRole('alert').count()).toBe(0)
    await name.press('Escape')
    await menu.press('Enter')
    await page.getByRole('menuitem', { name: 'Delete the class' }).press('Enter')
    const wayBack = page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Undo', exact: true })
    await wayBack.waitFor()
    await page.keyboard.type('gi')
    await bench.images().hasFocus()
    await page.keyboard.press('u')
    await page.getByRole('button', { name: /^Redo: / }).waitFor()
    // Long before it would go by itself.
    await wayBack.waitFor({ state: 'detached', timeout: 5_000 })
    await bench.view('Dataset')
    await page.keyboard.press('Escape')
  })

  it('Images with one of them beside the grid, and Splits, drawn and checked', async () => {
    const bench = workbench(page)
    const images = await bench.openImages()
    await expectGood()
    // All words of the window are nothing to select; what is typed is.
    await images.filter('Split').focus()
    await page.getByRole('link', { name: 'Images' }).focus()
    await page.keyboard.press('Control+a')
    expect(await page.evaluate(() => String(getSelection()))).toBe('')
    const search = page.getByRole('searchbox').first()
    await search.focus()
    await page.keyboard.type('zz')
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Delete')
    expect(await search.inputValue()).toBe('')
    await images.look()
    await expectGood()
    await page.keyboard.press('Escape')
    await bench.openSplits()
    await expectGood()
    await bench.shape('Check')
    await expectGood()
  })

  it('Train, and everything that is folded there', async () => {
    const bench = workbench(page)
    await bench.train({ experts: 2, epochs: 1, batchSize: 32 })
    await bench.trained()
    await expectGood()
  })

  it('Confusions in every shape, with what each opens beside it', async () => {
    const bench = workbench(page)
    await bench.view('Confusions')
    await page.locator('[aria-roledescription="confusion matrix"]:focus').waitFor()
    await bench.openFirstConfusion()
    await expectGood()
    await bench.pane.getByRole('listitem').first().focus()
    for (const key of ['End', 'Space', 'Space', 'n', 'End', 'n', 'p']) {
      await page.keyboard.press(key)
      await expect.poll(() => page.evaluate(pictureInSight), { message: key }).toBe(true)
    }
    // Large, a picture is whole in sight however low the window is, and Escape leads back to the pane first.
    const usual = page.viewportSize()
    for (const height of usual ? [usual.height, 600] : []) {
      await page.setViewportSize({ width: usual!.width, height })
      await page.keyboard.press('Space')
      await expect.poll(() => page.evaluate(wholePictureInSight), { message: `${height} pixels high` }).toBe(true)
      await page.keyboard.press('Escape')
      await bench.pane.getByRole('button', { name: 'Large pictures' }).waitFor()
    }
    if (usual) await page.setViewportSize(usual)
    await page.keyboard.press('Escape')
    await bench.pane.waitFor({ state: 'detached' })
    // Narrow, the view scrolls, but not the pane over it: its head stays in sight.
    if (usual) {
      await page.setViewportSize({ width: 480, height: 800 })
      await bench.openFirstConfusion()
      await bench.pane.getByRole('listitem').first().focus()
      await page.keyboard.press('ArrowDown')
      const close = bench.pane.getByRole('button', { name: 'Close pane' })
      expect(await close.evaluate((element) => {
        const { x, y, width, height } = element.getBoundingClientRect()
        return element.contains(document.elementFromPoint(x + width / 2, y + height / 2))
      })).toBe(true)
      await page.setViewportSize(usual)
    }
    for (const [shape, table] of [['Classes', 'Classes with recall and precision'], ['Experts', 'Experts by class']] as const) {
      await page.keyboard.press('Escape')
      await bench.shape(shape)
      await bench.openFirstRow(table)
      expect(await bench.columnsCut(table)).toEqual([])
      await expectGood()
    }
  })

  it('Runs with a run and its dialogs, and two runs side by side', async () => {
    const bench = workbench(page)
    await bench.view('Runs')
    await bench.openFirstRow()
    await expectGood()
    const titles = { Export: /^Export run 1/, Delete: /^Delete Run 1/, 'Make: Router': /^Router on run 1/ }
    for (const [button, title] of Object.entries(titles)) await expectDialog(bench.pane.getByRole('button', { name: button, exact: true }), title)
    await expectDialog(page.getByRole('button', { name: 'Import weights' }), 'Import weights')

    await bench.makeRouter(1, 1)
    await bench.view('Runs')
    await bench.sideBySide(1, 2)
    await expectGood()
    expect(faults()).toEqual([])
  })
})

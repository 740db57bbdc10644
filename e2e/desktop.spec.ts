/** What only a desktop program does: the system's menu, signals while a run trains, a window that comes back as it was. */
import path from 'node:path'
import type { ElectronApplication } from 'playwright-core'
import { expect } from 'vitest'
import { journeys } from './hosts/journeys.ts'
import { workbench } from './pages/workbench.ts'
import { makeRealFolder } from './realFolder.ts'
import { watchPage } from './watch.ts'

const { home, journey, start } = journeys()

const choose = (program: ElectronApplication, id: string): Promise<void> => program.evaluate(({ Menu }, command) => Menu.getApplicationMenu()!.getMenuItemById(command)!.click(), id)
const possible = (program: ElectronApplication, id: string): Promise<boolean> => program.evaluate(({ Menu }, command) => Menu.getApplicationMenu()!.getMenuItemById(command)!.enabled, id)

/** Writes down what the system is told, and makes the window one that nobody looks at. */
function watchSystem(program: ElectronApplication): Promise<void> {
  return program.evaluate(({ BrowserWindow, Notification }) => {
    const told = { bars: [] as { share: number; mode: string }[], notices: [] as { title: string; body: string }[] }
    Object.assign(globalThis, { told })
    const [window] = BrowserWindow.getAllWindows()
    Object.assign(window!, { setProgressBar: (share: number, options?: { mode: string }) => told.bars.push({ share, mode: options?.mode ?? '' }), isFocused: () => false })
    // Everything else of a notification is the object's own from its making: who listens to it is not.
    const listen = Notification.prototype.on as (this: Electron.Notification, event: string, listener: () => void) => Electron.Notification
    Object.assign(Notification.prototype, {
      on(this: Electron.Notification, event: string, listener: () => void) {
        if (event === 'click') {
          told.notices.push({ title: this.title, body: this.body })
          Object.assign(globalThis, { notice: this })
        }
        return listen.call(this, event, listener)
      },
    })
  })
}
const told = (program: ElectronApplication) =>
  program.evaluate(() => (globalThis as unknown as { told: { readonly bars: readonly { share: number; mode: string }[]; readonly notices: readonly { title: string; body: string }[] } }).told)

journey('menu, progress, notice, window', async () => {
  const images = path.join(home.folder, 'emoji')
  makeRealFolder(images)
  let host = await start()
  let { page } = host
  let program = host.program!
  const faults = watchPage(page)
  let bench = workbench(page)
  await watchSystem(program)

  await page.getByRole('button', { name: /New project/ }).waitFor()
  expect(await possible(program, 'project.close')).toBe(false)
  expect(await program.evaluate(({ Menu }) => Menu.getApplicationMenu()!.items.map(({ label }) => label))).toEqual(['File', 'Edit', 'View', 'Run', 'Window', 'Help'])
  await choose(program, 'project.new')
  await page.getByRole('dialog', { name: 'New project' }).waitFor()
  await expect.poll(() => possible(program, 'project.open')).toBe(false)
  await page.keyboard.press('Escape')
  await bench.newProject(home.folder, 'desk')
  await bench.importFolder(images)
  await expect.poll(() => possible(program, 'images.import')).toBe(true)
  await expect.poll(async () => (await told(program)).bars.at(-1)).toMatchObject({ mode: 'none' })

  await choose(program, 'view.train')
  await page.getByRole('button', { name: 'Start training' }).waitFor()
  await bench.train({ experts: 1, epochs: 8, batchSize: 32 })
  await expect.poll(() => possible(program, 'run.stop'), { timeout: 120_000 }).toBe(true)
  expect(await possible(program, 'run.start')).toBe(false)
  expect(await program.evaluate(({ Menu }) => Menu.getApplicationMenu()!.getMenuItemById('isAwake')!.visible)).toBe(true)
  await bench.trained()
  await expect.poll(() => told(program).then(({ notices }) => notices)).toEqual([{ title: 'Run 1 finished', body: expect.stringMatching(/% of val images right/) }])
  const { bars } = await told(program)
  expect(bars).toContainEqual(expect.objectContaining({ mode: 'normal' }))
  expect(bars.at(-1)).toEqual({ share: -1, mode: 'none' })
  expect(await program.evaluate(({ Menu }) => Menu.getApplicationMenu()!.getMenuItemById('isAwake')!.visible)).toBe(false)

  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Dataset' }).click()
  await program.evaluate(() => void (globalThis as unknown as { notice: Electron.Notification }).notice.emit('click'))
  await page.getByRole('complementary').getByRole('heading', { name: 'Run 1' }).waitFor()
  expect(faults()).toEqual([])

  await choose(program, 'theme.dark')
  await expect.poll(() => program.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark')
  await program.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    window!.setBounds({ x: 40, y: 30, width: 1010, height: 720 })
    window!.webContents.setZoomLevel(1)
  })
  await page.waitForTimeout(800)
  await host.close()

  host = await start()
  ;({ page } = host)
  program = host.program!
  bench = workbench(page)
  await bench.tail.or(page.getByRole('table', { name: 'Runs' })).first().waitFor({ timeout: 60_000 })
  expect(await program.evaluate(({ BrowserWindow, nativeTheme }) => [BrowserWindow.getAllWindows()[0]!.getBounds(), BrowserWindow.getAllWindows()[0]!.webContents.getZoomLevel(), nativeTheme.themeSource])).toEqual([
    { x: 40, y: 30, width: 1010, height: 720 },
    1,
    'dark',
  ])
  expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')
  await expect.poll(() => program.evaluate(({ Menu }) => Menu.getApplicationMenu()!.getMenuItemById('openRecent')!.submenu!.items.map(({ label }) => label))).toEqual(['desk'])

  await choose(program, 'view.runs')
  await page.getByRole('table', { name: 'Runs' }).waitFor()
  // The page dies; the program shows the same view again.
  const again = await program.evaluate(async ({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!
    const loaded = new Promise((resolve) => void webContents.once('did-finish-load', () => resolve(null)))
    webContents.forcefullyCrashRenderer()
    await loaded
    return webContents.executeJavaScript(`new Promise((resolve) => setInterval(() => document.querySelector('nav [aria-current=page]') && resolve(document.querySelector('nav [aria-current=page]').textContent.trim()), 50))`) as Promise<string>
  })
  expect(again).toBe('Runs')
}, { browser: 'a browser has no menu, task bar or notifications of the program’s own' })

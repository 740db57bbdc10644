/** A day's loop: what a run confuses is looked at and relabelled, another run is trained with the same choices, and both are held against each other. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { hostKind } from './hosts/host.ts'
import { journeys } from './hosts/journeys.ts'
import { runsPage } from './pages/runs.ts'
import { workbench } from './pages/workbench.ts'
import { makeRealFolder } from './realFolder.ts'
import { violations, watchPage } from './watch.ts'

const { home, journey, start } = journeys()

journey('train, relabel, train again, compare, name, report, delete', async () => {
  const images = path.join(home.folder, 'emoji')
  makeRealFolder(images)
  const { page } = await start()
  const faults = watchPage(page)
  const bench = workbench(page)
  const runs = runsPage(page)
  const expectAccessible = async (what: string): Promise<void> => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await violations(page), `${what}, ${colorScheme}`).toEqual([])
    }
  }
  await bench.newProject(home.folder, 'daily')
  await bench.importFolder(images)
  await bench.train({ experts: 2, epochs: 2, batchSize: 32 })
  await bench.trained()

  // A confusion of a rare class is relabelled by keys, and the matrix follows at once.
  await bench.view('Confusions')
  const { actual, predicted } = await bench.openRepeatedConfusion()
  const words = await bench.cell()
  const [, count, support] = /: (\d+) of (\d+)/.exec(words)!
  const relabelled = `${actual} taken for ${predicted}: ${Number(count) - 1} of ${Number(support) - 1}`
  const first = bench.pane.getByRole('listitem').first()
  await first.press('1')
  await expect.poll(bench.cell).toContain(relabelled)
  await first.press('u')
  await expect.poll(bench.cell).toBe(words)
  await first.press('x')
  await expect.poll(bench.cell).toContain(relabelled)
  await first.press('u')
  await expect.poll(bench.cell).toBe(words)
  await first.press('l')
  await page.getByRole('combobox', { name: 'Relabel 1 image as' }).fill('musical')
  await page.keyboard.press('Enter')
  await expect.poll(bench.cell).toContain(relabelled)
  await expect.poll(() => first.innerText()).toContain('musical-instrument')
  await page.keyboard.press('Escape')

  // However narrow, the list says what a run reached.
  await bench.view('Runs')
  const usual = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }))
  await page.setViewportSize({ ...usual, width: 480 })
  const reached = expect.stringMatching(/%|–/)
  await expect.poll(() => runs.accuracyInSight(1)).toEqual({ 'Top-1': reached, Few: reached })
  await page.setViewportSize(usual)
  await runs.open(1)
  await runs.trainAgain(6)
  await runs.endElsewhere(2)
  await bench.trained()

  await bench.view('Runs')
  const tests = await runs.compareSideBySide(1, 2)
  expect(tests[0]).toMatch(/^(No clear difference on|On|Run \d is better on) all classes/)
  const right = await runs.turned('right')
  const wrong = await runs.turned('wrong')
  expect(right.count + wrong.count).toBeGreaterThan(0)
  for (const { count: turned, listed } of [right, wrong]) {
    expect(listed).toHaveLength(Math.min(24, turned))
    for (const card of listed) expect(card).toMatch(/run 1\s+\S[^]*run 2\s+\S/)
  }
  const shown = right.count > 0 ? ('right' as const) : ('wrong' as const)
  const { listed } = await runs.turned(shown)
  await expectAccessible('Compare')
  const [, was] = (shown === 'right' ? /run 1\s+(\S+)/ : /run 2\s+(\S+)/).exec(listed[0]!)!
  await runs.openCell(0)
  await expect.poll(bench.cell).toContain(`taken for ${was}`)

  await bench.view('Runs')
  await runs.open(2)
  await runs.rename('After a look')
  await expect.poll(() => runs.row(2).innerText()).toContain('After a look')
  await runs.note('One instrument had another')
  // Nobody left the field: a pause keeps it, and so does the page as it goes.
  await runs.notes.pressSequentially(' lab')
  await page.getByText('Saved', { exact: true }).waitFor()
  await runs.notes.pressSequentially('el.')
  await page.reload()
  await expect.poll(() => runs.notes.inputValue()).toBe('One instrument had another label.')
  await expectAccessible('Runs')
  const report = path.join(home.folder, 'after-a-look.html')
  await runs.report(report)
  expect(readFileSync(report, 'utf8')).toContain('Run 2: After a look')
  // A window asks by the system's own dialog, which no journey can click into.
  if (hostKind === 'browser') {
    await runs.reportInto(home.folder)
    expect(existsSync(path.join(home.folder, 'run-2.html'))).toBe(true)
  }

  await runs.open(1)
  await runs.open(2)
  expect(await runs.notes.inputValue()).toBe('One instrument had another label.')
  const folder = path.join(home.folder, 'daily', 'runs', '2')
  expect(existsSync(folder)).toBe(true)
  const agree = await runs.askToDelete()
  await expectAccessible('the question before a run is deleted')
  await agree()
  await runs.row(2).waitFor({ state: 'detached' })
  await expect.poll(() => existsSync(folder)).toBe(false)
  expect(await runs.row(1).count()).toBe(1)
  expect(faults()).toEqual([])
})

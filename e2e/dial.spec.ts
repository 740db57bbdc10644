/** The tail dial: turned, kept with the run, and given back. */
import path from 'node:path'
import { expect } from 'vitest'
import { journeys } from './hosts/journeys.ts'
import { tailDial } from './pages/dial.ts'
import { workbench } from './pages/workbench.ts'
import { makeRealFolder } from './realFolder.ts'
import { violations, watchPage } from './watch.ts'

const { home, journey, start } = journeys()

journey('turn the tail dial, type shares, save and take back', async () => {
  const images = path.join(home.folder, 'emoji')
  makeRealFolder(images)
  const { page } = await start()
  const faults = watchPage(page)
  const bench = workbench(page)
  const dial = tailDial(page)
  await bench.newProject(home.folder, 'dialled')
  await bench.importFolder(images)
  await bench.train({ experts: 2, epochs: 1, batchSize: 32 })
  await bench.trained()

  await bench.view('Confusions')
  await dial.open()
  await expect.poll(dial.state).toBe('The run’s own answers.')
  await dial.turnTau(10)
  await expect.poll(dial.state).toBe('Preview: nothing is saved yet.')
  await dial.typeShares()
  const shares = page.getByRole('complementary', { name: 'Shares in the field' })
  const [rarest, next] = await dial.classNames()
  await dial.list(`class\tshare\n${rarest}\t60\n${next}\t20`)
  await shares.getByText(/^Typed 80\.0 %; 20\.0 % for/).waitFor()
  await dial.list(`${rarest}\t60\nnobody\t20`)
  await shares.getByText('Line 2 names no class of the run, so that nothing was changed: nobody 20').waitFor()
  await dial.list(`${rarest} 50\n${next} 30`)
  await shares.getByText(/^Typed 80\.0 %; 20\.0 % for/).waitFor()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await violations(page), `dial, ${colorScheme}`).toEqual([])
  }
  await page.keyboard.press('Escape')

  await dial.save()
  const setting = 'answers adjusted: tau 0.5, mix even, 2 typed shares'
  await page.getByText(setting).waitFor()
  await bench.view('Runs')
  await bench.openFirstRow()
  await bench.pane.getByText(setting).waitFor()

  await bench.view('Confusions')
  await page.keyboard.press('t')
  await expect.poll(dial.state).toMatch(/^The run answers so/)
  await dial.giveBack()
  await expect.poll(dial.state).toBe('The run’s own answers.')
  await dial.undo()
  await page.getByText(setting).first().waitFor()
  await dial.giveBack()
  await expect.poll(dial.state).toBe('The run’s own answers.')
  await page.getByText(setting).waitFor({ state: 'detached' })
  expect(faults()).toEqual([])
})

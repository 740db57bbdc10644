/** Two experts, a router on them, its threshold moved, and what the experts disagree on. */
import path from 'node:path'
import { expect } from 'vitest'
import { journeys } from './hosts/journeys.ts'
import { workbench } from './pages/workbench.ts'
import { makeRealFolder } from './realFolder.ts'
import { violations, watchPage } from './watch.ts'

const { home, journey, start } = journeys()

journey('train, route, move the threshold, bias and variance', async () => {
  const images = path.join(home.folder, 'emoji')
  makeRealFolder(images)
  const { page } = await start()
  const faults = watchPage(page)
  const bench = workbench(page)
  await bench.newProject(home.folder, 'routed')
  await bench.importFolder(images)
  await bench.train({ experts: 2, epochs: 1, batchSize: 32 })
  await bench.trained()

  await bench.view('Runs')
  await bench.openFirstRow()
  await bench.makeRouter(1, 1)
  await bench.view('Runs')
  await bench.openFirstRow()
  const router = bench.pane.getByRole('region', { name: 'Router' })
  const asked = router.getByRole('row', { name: /^Experts asked, of 2/ })
  expect(await asked.innerText()).toMatch(/\t[12]\.\d\d\t/)
  expect(await bench.takeLowestThreshold()).toMatch(/^threshold 0\.005: [\d.]+ % right with (1 expert|[12](\.\d\d)? experts) an image$/)
  expect(await bench.pane.getByRole('list', { name: 'Runs that belong to it' }).innerText()).toMatch(/run 1/)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await violations(page), `router, ${colorScheme}`).toEqual([])
  }

  await bench.compare(1)
  const spreads = page.getByRole('table', { name: 'Bias and variance' })
  await spreads.waitFor()
  expect(await spreads.getByRole('row', { name: /^All classes/ }).innerText()).toMatch(/[\d.]+ %\t[\d.]+ %\t[\d.]+ %/)
  const answers = await page.getByRole('table', { name: 'Right answers by who answers' }).innerText()
  expect(answers).toMatch(/Expert 1 alone[^]+Expert 2 alone[^]+Mean of 2[^]+Router, run 2/)
  expect(await violations(page)).toEqual([])

  await bench.view('Runs')
  await bench.compare(1, 2)
  await page.getByText(/Runs 1 and 2 differ in what they train/).waitFor()
  expect(faults()).toEqual([])
})

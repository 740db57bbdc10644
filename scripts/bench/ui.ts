/**
 * How the page does with a million images and a thousand classes: npm run bench:ui [-- --train N] [--val N] [--classes N] [--keep DIR]
 *
 * Makes a synthetic project (or takes the one of an earlier `--keep`), opens it in a Chromium on `serve`, and prints what a
 * person waits for beside what is promised. Each figure is the median of its repetitions, the first one told apart.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { findChromium, startBrowserHost } from '../../e2e/hosts/browser.ts'
import { makeHome } from '../../e2e/hosts/host.ts'
import { makeSyntheticProject } from './ui/syntheticProject.ts'
import { keepSyntheticLogits, timeDial } from './dial.ts'
import { median, scrollFrames, shownAfter } from './ui/timing.ts'

const { values: asked } = parseArgs({ options: { train: { type: 'string', default: '200000' }, val: { type: 'string', default: '1000000' }, classes: { type: 'string', default: '1000' }, keep: { type: 'string' } } })
const repetitions = 5

const figures: Record<string, { readonly measured: string; readonly promised: string; readonly first?: string }> = {}
const milliseconds = (value: number): string => `${Math.round(value)} ms`

function note(name: string, times: readonly number[], promised: string): void {
  console.error(`${name}: ${times.map(milliseconds).join(', ')}`)
  const [first = 0, ...later] = times
  figures[name] = { measured: milliseconds(median(later.length > 0 ? later : [first])), first: milliseconds(first), promised }
}

async function repeated(action: () => Promise<number>): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n < repetitions; n++) times.push(await action())
  return times
}

const link = (label: string): string => `[...document.querySelectorAll('nav[aria-label="Views"] a')].find((one) => one.textContent.trim() === '${label}').click()`
const tailShown = `document.querySelector('main canvas[data-zr-dom-id], main canvas') && document.querySelector('h2, h1') && /from head to tail/.test(document.querySelector('main').textContent)`
/** Some pixel of the matrix's canvas holds ink. */
const matrixShown = `(() => {
  const canvas = document.querySelector('.matrix canvas')
  if (!canvas || canvas.width === 0) return false
  const ink = canvas.getContext('2d').getImageData(0, Math.floor(canvas.height / 2), canvas.width, 1).data
  return ink.some((value, i) => i % 4 === 3 && value > 0)
})()`
const firstPictureOf = (list: string): string => `(() => { const image = document.querySelector('${list} img'); return image !== null && image.complete && image.naturalWidth > 0 })()`

async function measureOpening(page: Page, project: string): Promise<void> {
  await page.getByRole('button', { name: /New project/ }).waitFor()
  note('open the project, to its tail', [await shownAfter(page, `location.hash = '#/dataset?folder=' + encodeURIComponent(${JSON.stringify(project)})`, tailShown)], '3,000 ms')
}

async function measureConfusions(page: Page): Promise<void> {
  note(
    'confusions, to the painted matrix',
    await repeated(async () => {
      await page.evaluate(link('Dataset'))
      await page.waitForTimeout(500)
      return shownAfter(page, link('Confusions'), matrixShown)
    }),
    '100 ms',
  )
  const rows = page.getByRole('table', { name: /Rare classes taken for/ }).getByRole('row')
  await rows.nth(1).waitFor()
  let cell = 0
  note(
    'click on a cell, to its first image',
    await repeated(async () => {
      await page.keyboard.press('Escape')
      await page.waitForTimeout(300)
      cell += 1
      return shownAfter(page, `document.querySelectorAll('.side [role="row"], .side tbody tr')[${cell}].click()`, firstPictureOf('aside [role="list"]'))
    }),
    '150 ms',
  )
}

const grid = '[role="listbox"].grid'
/** Every cell of the grid holds an image whose name is known. */
const gridFilled = `(() => {
  const cells = [...document.querySelectorAll('${grid} [role="option"]')]
  return cells.length > 0 && cells.every((cell) => cell.title !== '')
})()`
const total = `(document.querySelector('${grid} [role="option"]')?.getAttribute('aria-setsize') ?? null)`

async function measureImages(page: Page): Promise<void> {
  note(
    'images, to the first pictures',
    await repeated(async () => {
      await page.evaluate(link('Dataset'))
      await page.waitForTimeout(500)
      return shownAfter(page, link('Images'), `${gridFilled} && ${firstPictureOf(grid)}`)
    }),
    '-',
  )
  for (const [name, label, options] of [
    ['narrow down by split', 'Split', ['train', 'val', 'train', 'val', 'any']],
    ['narrow down by group', 'Group', ['few', 'medium', 'many', 'few', 'any']],
    ['narrow down by what a run made of them', 'Outcome', ['wrong', 'right', 'rescued', 'wrong', 'any']],
  ] as const) {
    const times: number[] = []
    for (const option of options) times.push(await chosen(page, label, option))
    note(name, times, '200 ms')
  }
  note('search by name (a pause of typing, 200 ms, counted in)', await searches(page, ['IMG_00042', 'IMG_001', 'IMG_01999', '']), '400 ms')
  note('to the last image', [await shownAfter(page, `document.querySelector('${grid}').focus(); document.querySelector('${grid}').dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }))`, `${gridFilled} && [...document.querySelectorAll('${grid} [role="option"]')].some((cell) => cell.ariaPosInSet === cell.ariaSetSize)`)], '200 ms')
  await page.evaluate(`document.querySelector('${grid}').scrollTop = 0`)
  await page.waitForTimeout(500)
  for (const [name, pixelsAFrame] of [['scroll calmly', 24], ['scroll fast', 400]] as const) {
    const { perSecond, p95Ms, longestMs } = await scrollFrames(page, grid, pixelsAFrame, 4)
    figures[`${name}, frames a second`] = { measured: perSecond.toFixed(1), first: `95 % within ${milliseconds(p95Ms)}, longest ${milliseconds(longestMs)}`, promised: '60' }
  }
}

/** Chooses of a list, until the grid stands filled with as many images as that leaves. */
function chosen(page: Page, label: string, option: string): Promise<number> {
  return shownAfter(
    page,
    `const before = ${total}; const list = document.querySelector('main select[aria-label="${label}"]') ?? [...document.querySelectorAll('main select')].find((one) => one.labels?.[0]?.textContent.trim() === '${label}');
     list.value = [...list.options].find((one) => one.value === '${option}' || one.textContent === '${option}').value; list.dispatchEvent(new Event('change', { bubbles: true }));`,
    `${total} !== before && ${gridFilled}`,
  )
}

async function searches(page: Page, words: readonly string[]): Promise<number[]> {
  const times: number[] = []
  for (const word of words) {
    times.push(
      await shownAfter(
        page,
        `const before = ${total}; const field = document.querySelector('main input[type="search"]'); field.value = ${JSON.stringify(word)}; field.dispatchEvent(new Event('input', { bubbles: true }));`,
        `${total} !== before && ${gridFilled}`,
      ),
    )
  }
  return times
}

/** Of the program that serves the page, once all of this was asked of it; null where the system does not tell. */
function servedInBytes(): number | null {
  if (process.platform !== 'linux') return null
  const processes = execFileSync('ps', ['-o', 'rss=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' }).split('\n')
  const served = processes.find((line) => line.includes('cli.cjs serve'))
  return served === undefined ? null : Number.parseInt(served, 10) * 1024
}

async function measureDial(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ride-bench-dial-'))
  try {
    await makeSyntheticProject(folder, { classes: 100, train: 10_000, val: 10_000 })
    await keepSyntheticLogits(folder)
    const { firstMs, turnMs } = await timeDial(folder)
    figures['turn the tail dial, 10,000 images x 100 classes x 3 experts'] = { measured: milliseconds(turnMs), first: milliseconds(firstMs), promised: '100 ms' }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const { missing } = findChromium()
if (missing !== undefined) {
  console.error(missing)
  process.exit(1)
}
const folder = asked.keep === undefined ? mkdtempSync(path.join(tmpdir(), 'ride-bench-ui-')) : path.resolve(asked.keep)
const home = makeHome()
try {
  if (!existsSync(path.join(folder, 'project'))) await makeSyntheticProject(folder, { classes: Number(asked.classes), train: Number(asked.train), val: Number(asked.val) })
  const host = await startBrowserHost(home)
  try {
    await measureOpening(host.page, path.join(folder, 'project'))
    await measureImages(host.page)
    await measureConfusions(host.page)
    const bytes = servedInBytes()
    if (bytes !== null) figures['memory of the program behind the page'] = { measured: `${Math.round(bytes / 1e6)} MB`, promised: '1,000 MB' }
  } finally {
    await host.close()
  }
  await measureDial()
  console.log(`${Number(asked.train).toLocaleString('en')} training and ${Number(asked.val).toLocaleString('en')} scored validation images, ${asked.classes} classes; ${processor()}`)
  console.table(figures)
  console.log(JSON.stringify(figures))
} finally {
  home.remove()
  if (asked.keep === undefined) rmSync(folder, { recursive: true, force: true })
}

function processor(): string {
  return /model name\s*: (.+)/.exec(existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '')?.[1] ?? process.arch
}

import { mkdirSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openedWorkbench, writeImage, type OpenedWorkbench } from '../fixtures/openedWorkbench.ts'
import { scoredProject, someConfig } from '../fixtures/scoredProject.ts'

let bench: OpenedWorkbench
beforeEach(() => {
  bench = openedWorkbench()
})
afterEach(() => bench.close())

const hostile = '<img src=x onerror=alert(1)>"\'&</style><script>alert(2)</script>'
const classes = [{ name: 'cat', train: 101, val: 3 }, { name: hostile, train: 5, val: 4 }, { name: 'javascript:alert(3)', train: 5, val: 1 }]
const answers = [1, 1, 1, 1, 1, 3, 2, 1]

async function report(about: object = {}): Promise<string> {
  const { projectId } = await scoredProject(bench, classes, [{ answers, config: someConfig({ trunkFile: '/tmp/"><script>alert(4)</script>.pth' }) }])
  for (let n = 1; n <= 8; n++) await writeImage(path.join(bench.place, 'photos', `${n}.png`), n)
  await bench.call('runs.rename', { projectId, runId: 1, name: `  ${hostile}\n ` })
  await bench.call('runs.setNotes', { projectId, runId: 1, notes: `first line\r\n${hostile}\u0007\u202e` })
  const file = path.join(bench.place, 'report.html')
  const written = await bench.call('runs.report', { projectId, runId: 1, file, ...about })
  const text = readFileSync(file, 'utf8')
  expect(written).toEqual({ file, bytes: Buffer.byteLength(text) })
  return text
}

test('names from outside are text, whatever they are made of', async () => {
  const text = await report()
  expect(text).not.toMatch(/<script|<img src=x|onerror=alert\(1\)>"/)
  expect(text).not.toContain(String.fromCodePoint(7))
  expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;&lt;/style&gt;&lt;script&gt;')
  expect(text).toContain('first line\n&lt;img')
  // All of the page's own elements, and no other.
  const elements = new Set([...text.matchAll(/<([a-z0-9!]+)/g)].map(([, name]) => name))
  expect([...elements].filter((name) => ['script', 'iframe', 'object', 'embed', 'a', 'form', 'link', 'base'].includes(name!))).toEqual([])
  expect([...text.matchAll(/\s(?:src|href|style|on\w+)="([^"]{0,30})/g)].every(([, value]) => value!.startsWith('data:image/webp;base64,'))).toBe(true)
})

test('the page needs nothing beside it and may load nothing', async () => {
  const text = await report()
  expect(text).toMatch(/<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-[A-Za-z0-9+/=]{44}&#39;; img-src data:; base-uri &#39;none&#39;; form-action &#39;none&#39;">/)
  expect(text).not.toMatch(/https?:\/\/|url\(|@import/)
  expect(text).toContain('data:image/webp;base64,')
})

test('it tells what was trained on what, what came of it, and how little is known', async () => {
  const text = await report()
  expect(text).toContain('111 training images in 3 classes')
  expect(text).toContain('50.0 % of 8 validation images right; on the few group 20.0 % (95 % interval 4 to 62 %)')
  expect(text).toContain('3 classes have fewer than 10 validation images')
  expect(text).toMatch(/taken for <b><bdi>cat<\/bdi><\/b>: 2 of 4/)
  expect(text).toContain('aria-label="Training images of each class')
  expect(text).toContain('aria-label="Accuracy on the validation split after each epoch"')
})

test('pictures that are gone are missing, and nothing is written where it must not be', async () => {
  const { projectId, folder } = await scoredProject(bench, classes, [{ answers }])
  const file = path.join(bench.place, 'report.html')
  await bench.call('runs.report', { projectId, runId: 1, file })
  expect(readFileSync(file, 'utf8')).not.toContain('data:image')
  await expect(bench.call('runs.report', { projectId, runId: 1, file })).rejects.toMatchObject({ code: 'already-exists' })
  await bench.call('runs.report', { projectId, runId: 1, file, replace: true })
  await expect(bench.call('runs.report', { projectId, runId: 1, file, split: 'test', replace: true })).rejects.toThrow('was not scored on test images')
  await expect(bench.call('runs.report', { projectId, runId: 1, file: path.join(bench.place, 'report.txt') })).rejects.toThrow('does not end in .html')
  mkdirSync(path.join(folder, 'runs'), { recursive: true })
  await expect(bench.call('runs.report', { projectId, runId: 1, file: path.join(folder, 'runs', 'report.html') })).rejects.toMatchObject({ code: 'permission' })
  mkdirSync(path.join(bench.place, 'photos'), { recursive: true })
  await expect(bench.call('runs.report', { projectId, runId: 1, file: path.join(bench.place, 'photos', 'report.html') })).rejects.toMatchObject({ code: 'permission' })
  expect(readdirSync(bench.place).filter((name) => name.startsWith('report'))).toEqual(['report.html'])
})

test('a class that no image tests is named, and stands as not tested', async () => {
  const { projectId } = await scoredProject(bench, [{ name: 'cat', train: 101, val: 3 }, { name: 'lynx', train: 5, val: 0 }], [{ answers: [1, 1, 1] }])
  const file = path.join(bench.place, 'report.html')
  await bench.call('runs.report', { projectId, runId: 1, file })
  const text = readFileSync(file, 'utf8')
  expect(text).toContain('1 class has no validation image, and nothing is known of it: \u2068lynx\u2069.')
  expect(text.match(/<tr><th scope="row"><bdi>lynx<.*?<\/tr>/)?.[0]).toContain('not tested')
  expect(text.match(/<tr><th scope="row"><bdi>cat<.*?<\/tr>/)?.[0]).not.toContain('not tested')
})

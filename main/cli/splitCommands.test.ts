import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeImage } from '../services/fixtures/openedWorkbench.ts'
import { writeTailedFolder } from '../services/fixtures/tailedFolder.ts'

const place = mkdtempSync(path.join(tmpdir(), 'ride-split-'))
const project = path.join(place, 'project')

function ride(...words: string[]): { readonly code: number | null; readonly stdout: string; readonly stderr: string; json(): unknown } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(import.meta.dirname, '..', 'cli.ts'), ...words], { encoding: 'utf8', env: { ...process.env, RIDE_USER_DIR: path.join(place, 'user') } })
  return { code: status, stdout, stderr, json: () => JSON.parse(stdout.trimEnd().split('\n').at(-1)!) }
}

beforeAll(() => {
  writeTailedFolder(path.join(place, 'images'), { anchor: 16, bell: 2 })
  expect(ride('new', project).code).toBe(0)
  expect(ride('import', project, path.join(place, 'images')).code).toBe(0)
}, 60_000)
afterAll(() => rmSync(place, { recursive: true, force: true }))

test('a preview changes nothing, the split does, and folders keep theirs unless they are let go', () => {
  expect(ride('split', project, '--val', '0.5', '--json').json()).toMatchObject({ applied: false, moving: 0, before: { train: 18, val: 8, test: 0 } })
  const shown = ride('split', project, '--redraw', 'folder', '--test', '0.2', '--preview')
  expect(shown.stdout).toMatch(/\d+ images would change: \d+ for training, \d+ for validation, \d+ for testing\./)
  const done = ride('split', project, '--redraw', 'folder', '--test', '0.2', '--seed', '4', '--json').json() as { applied: boolean; after: Record<string, number> }
  expect(done.applied).toBe(true)
  const tail = ride('tail', project, '--json').json() as { classes: { train: number; val: number; test: number }[] }
  for (const split of ['train', 'val', 'test'] as const) expect(tail.classes.reduce((sum, one) => sum + one[split], 0)).toBe(done.after[split])
  expect(tail.classes.every((one) => one.train > 0 && one.val > 0 && one.test > 0)).toBe(true)
}, 60_000)

test('a class of one burst is said to be that; wrong usage is said before anything is read', () => {
  expect(ride('split', project, '--redraw', 'folder', '--by', 'folder', '--folder', 'innermost', '--preview').stdout).toContain('cannot be tested: all its images stay together')
  expect(ride('split', project, '--gap', '3')).toMatchObject({ code: 2, stderr: expect.stringContaining('--gap is for --by time') })
  expect(ride('split', project, '--by', 'name', '--pattern', '(a+)+$')).toMatchObject({ code: 1, stderr: expect.stringContaining('{group} once') })
  expect(ride('split', project, '--by', 'mood')).toMatchObject({ code: 2 })
}, 60_000)

test('the check lists what straddles', () => {
  expect(ride('check', project, '--distance', '0').code).toBe(0)
  expect(ride('check', project, '--distance', '0', '--json').json()).toMatchObject({ isWhole: true, unseen: 0, sameBytes: 0, twoLabels: [] })
}, 60_000)

test('the check lists pictures whose copies have different labels', async () => {
  const pictures = path.join(place, 'copies')
  for (const [file, shade] of [['gong/1.png', 7], ['gong/2.png', 8], ['horn/1.png', 7]] as const) await writeImage(path.join(pictures, file), shade)
  expect(ride('import', project, pictures, '--split', 'train').code).toBe(0)
  expect(ride('check', project).stdout).toContain('1 picture with two labels: of each at most one can be right.\n  gong/1.png (gong) and horn/1.png (horn)')
  expect(ride('check', project, '--json').json()).toMatchObject({ twoLabels: [[{ path: 'gong/1.png', class: 'gong' }, { path: 'horn/1.png', class: 'horn' }]] })
}, 60_000)

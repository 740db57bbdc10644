/** Labelling that a kill or the end of the disk ends, and what the next program finds. */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { closeStore, openStore } from '../store/open.ts'
import { openedWorkbench, type OpenedWorkbench } from './fixtures/openedWorkbench.ts'
import { scoredProject } from './fixtures/scoredProject.ts'

const steps = 40
const program = fileURLToPath(new URL('fixtures/mortalLabeller.ts', import.meta.url))

let bench: OpenedWorkbench
let folder: string
beforeEach(async () => {
  bench = openedWorkbench()
  folder = (await scoredProject(bench, Array.from({ length: 8 }, (_, n) => ({ name: `class ${n}`, train: 30, val: 5 })), [])).folder
  await bench.workbench.close()
})
afterEach(() => bench.close())

/** A copy of the project that the program is run on; ended `lateMs` after it told of so many steps. */
async function labelled(name: string, count: number, killAfter = Infinity, lateMs = 0): Promise<{ readonly n: number; readonly seen?: string }[]> {
  const copy = path.join(bench.place, name, 'project')
  if (count > 0) cpSync(folder, copy, { recursive: true })
  const child = spawn(process.execPath, [program, copy, String(count), killAfter === Infinity ? 'all' : ''], { stdio: ['ignore', 'pipe', 'inherit'] })
  let told = ''
  let isDying = false
  child.stdout.on('data', (text) => {
    told += String(text)
    if (isDying || told.split('\n').length <= killAfter) return
    isDying = true
    setTimeout(() => child.kill('SIGKILL'), lateMs)
  })
  await new Promise((ended) => child.on('close', ended))
  const lines = told.split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as { n: number; seen?: string })
}

test('every step that was acknowledged is there, and the one that went on is there whole or not at all', async () => {
  const whole = await labelled('whole', steps)
  expect(whole.map(({ n }) => n)).toEqual(Array.from({ length: steps }, (_, n) => n + 1))
  for (const [round, killAfter] of [3, 6, 13, 25].entries()) {
    const name = `killed ${round}`
    const acknowledged = (await labelled(name, steps, killAfter, round)).length
    const db = openStore(path.join(bench.place, name, 'project'))
    expect(db.pragma('quick_check', { simple: true })).toBe('ok')
    expect(db.pragma('foreign_key_check')).toEqual([])
    closeStore(db)
    const [found] = await labelled(name, 0)
    expect([whole[acknowledged - 1]!.seen, whole[acknowledged]?.seen]).toContain(found!.seen)
    rmSync(path.join(bench.place, name), { recursive: true })
  }
}, 120_000)

test.skipIf(process.platform === 'win32')('where the disk takes no more, what was not saved says so, and what was acknowledged stays', async () => {
  const copy = path.join(bench.place, 'full', 'project')
  cpSync(folder, copy, { recursive: true })
  // Beyond a limit of the files' size the system refuses, as a full disk does: here the log, after some steps.
  const blocks = Math.ceil((statSync(path.join(copy, 'project.sqlite')).size * 1.2) / 512)
  const limited = spawnSync('/bin/sh', ['-c', `ulimit -f ${blocks} && exec "$@"`, 'sh', process.execPath, program, copy, String(steps), 'all'], { encoding: 'utf8' })
  const lines = limited.stdout.trim().split('\n').map((line) => JSON.parse(line) as { refused?: string; message?: string; seen?: string })
  const refused = lines.filter((line) => line.refused !== undefined)
  expect(refused.length).toBeGreaterThan(3)
  expect(refused.length).toBeLessThan(steps)
  for (const { refused: code, message } of refused) expect([code, message]).toEqual(['disk', expect.stringMatching(/^The (labels|classes|splits) were not (saved|changed): the disk /)])
  const [found] = await labelled('full', 0)
  expect(found!.seen).toBe(lines.at(-1)!.seen)
  const again = spawnSync(process.execPath, [program, copy, '6', 'all'], { encoding: 'utf8' })
  expect(again.stdout.split('\n').filter((line) => line.includes('refused'))).toEqual([])
}, 120_000)

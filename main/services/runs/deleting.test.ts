import { fork } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { closeStore, openStore } from '../../store/open.ts'
import { setStatus } from '../../store/runs.ts'
import { openedWorkbench, type OpenedWorkbench } from '../fixtures/openedWorkbench.ts'
import { addScoredRun, scoredProject, someConfig } from '../fixtures/scoredProject.ts'
import { thisProcess } from './owner.ts'

let bench: OpenedWorkbench
beforeEach(() => {
  bench = openedWorkbench()
})
afterEach(() => bench.close())

const classes = [{ name: 'cat', train: 101, val: 2 }, { name: 'lynx', train: 5, val: 2 }]
const answers = [1, 1, 2, 1]

function writeFiles(folder: string, runId: number): string {
  const place = path.join(folder, 'runs', String(runId))
  mkdirSync(path.join(place, 'checkpoints'), { recursive: true })
  writeFileSync(path.join(place, 'config.json'), '{}')
  writeFileSync(path.join(place, 'checkpoints', 'epoch-000002-step-00000000.safetensors'), 'x'.repeat(1000))
  return place
}

/** Rows of the run in every table that has any of runs. */
function rowsOf(folder: string, runId: number): number {
  const db = openStore(folder)
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%run_id%'").pluck().all() as string[]
    const counts = tables.map((table) => db.prepare(`SELECT count(*) FROM ${table} WHERE run_id = ?`).pluck().get(runId) as number)
    return counts.reduce((sum, count) => sum + count, db.prepare('SELECT count(*) FROM run WHERE id = ?').pluck().get(runId) as number)
  } finally {
    closeStore(db)
  }
}

test('a deleted run leaves nothing, and every other run as it was', async () => {
  const { projectId, folder } = await scoredProject(bench, classes, [{ answers }, { answers }])
  const [gone, stays] = [writeFiles(folder, 1), writeFiles(folder, 2)]
  expect(await bench.call('runs.deletion', { projectId, runId: 1 })).toEqual({ bytes: 1002, refusal: null })
  const before = await bench.call('runs.get', { projectId, runId: 2 })
  await bench.call('runs.delete', { projectId, runId: 1 })
  expect(bench.events).toContainEqual({ name: 'runs.deleted', payload: { projectId, runId: 1 } })
  expect((await bench.call('runs.list', { projectId })).map(({ id }) => id)).toEqual([2])
  expect(await bench.call('runs.get', { projectId, runId: 2 })).toEqual(before)
  await expect(bench.call('runs.delete', { projectId, runId: 1 })).rejects.toThrow('This project has no run 1.')
  expect([existsSync(gone), existsSync(stays)]).toEqual([false, true])
  await bench.call('projects.close', { projectId })
  expect(rowsOf(folder, 1)).toBe(0)
  expect(rowsOf(folder, 2)).toBeGreaterThan(100)
})

test('the number of a deleted run is given to no other', async () => {
  const { projectId, folder } = await scoredProject(bench, classes, [{ answers }])
  await bench.call('runs.delete', { projectId, runId: 1 })
  await bench.call('projects.close', { projectId })
  const db = openStore(folder)
  expect(addScoredRun(db, { answers })).toBe(2)
  closeStore(db)
})

test('a run that others are built on stays, and is told which', async () => {
  const { projectId } = await scoredProject(bench, classes, [{ answers }, { answers, config: { ...someConfig(), stage: 'router', baseRun: 1 } }, { answers, config: { ...someConfig(), teacherRun: 1 } }])
  await bench.call('runs.rename', { projectId, runId: 3, name: 'Student' })
  const refusal = 'Run 1 cannot be deleted, because run 3: Student and run 2 are built on it. Delete those first.'
  expect((await bench.call('runs.deletion', { projectId, runId: 1 })).refusal).toBe(refusal)
  await expect(bench.call('runs.delete', { projectId, runId: 1 })).rejects.toMatchObject({ code: 'busy', message: refusal })
  await bench.call('runs.delete', { projectId, runId: 3 })
  await bench.call('runs.delete', { projectId, runId: 2 })
  await bench.call('runs.delete', { projectId, runId: 1 })
  expect(await bench.call('runs.list', { projectId })).toEqual([])
})

test('a run that something works on stays', async () => {
  const { projectId, folder } = await scoredProject(bench, classes, [{ answers }])
  const db = openStore(folder)
  setStatus(db, 1, 'training', { owner: thisProcess })
  closeStore(db)
  await expect(bench.call('runs.delete', { projectId, runId: 1 })).rejects.toThrow('Another program works on run 1')
})

test('names are one line, and notes are kept as they were written', async () => {
  const { projectId } = await scoredProject(bench, classes, [{ answers }])
  expect((await bench.call('runs.rename', { projectId, runId: 1, name: ' Wider\n  margins ' })).name).toBe('Wider margins')
  expect((await bench.call('runs.rename', { projectId, runId: 1, name: '  ' })).name).toBe('Run 1')
  expect((await bench.call('runs.setNotes', { projectId, runId: 1, notes: 'one\r\n\r\n  two  \n' })).notes).toBe('one\n\n  two')
  await bench.restart()
})

/** What a killed program left is taken away whenever the project is open. */
async function wasTakenAway(folder: string): Promise<void> {
  const { id } = await bench.call('projects.open', { folder })
  await bench.call('runs.list', { projectId: id })
  await setTimeout(100)
  await bench.call('projects.close', { projectId: id })
  expect(rowsOf(folder, 1)).toBe(0)
}

test('a program that is killed while it deletes leaves a run that is whole, or none', async () => {
  const many = [{ name: 'cat', train: 101, val: 10_000 }, { name: 'lynx', train: 5, val: 10_000 }]
  const { projectId, folder } = await scoredProject(bench, many, [{ answers: new Array<number>(20_000).fill(1) }, { answers }])
  writeFiles(folder, 1)
  await bench.call('projects.close', { projectId })
  for (const [n, delayMs] of [0, 40, 120, 240].entries()) {
    const copy = path.join(bench.place, `copy-${n}`)
    cpSync(folder, copy, { recursive: true })
    const child = fork(path.join(import.meta.dirname, '..', 'fixtures', 'mortalDeleter.ts'), [copy, '1'], { stdio: 'ignore', execArgv: [] })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    await new Promise((resolve) => child.once('message', resolve))
    await setTimeout(delayMs)
    child.kill('SIGKILL')
    await ended
    const { id } = await bench.call('projects.open', { folder: copy })
    const runs = await bench.call('runs.list', { projectId: id })
    const isThere = runs.some((run) => run.id === 1)
    if (isThere) {
      expect(runs.find((run) => run.id === 1)).toMatchObject({ hasCheckpoint: true, scored: ['val'] })
      expect((await bench.call('runs.compare', { projectId: id, before: 2, after: 1 })).images).toBe(4)
    }
    await bench.call('projects.close', { projectId: id })
    if (!isThere) await vi.waitFor(() => wasTakenAway(copy), { timeout: 10_000 })
    expect(existsSync(path.join(copy, 'runs', '1'))).toBe(isThere)
    expect(rowsOf(copy, 1) > 0).toBe(isThere)
  }
}, 60_000)

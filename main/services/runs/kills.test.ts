/** Programs that are killed while they write, and what the next one finds. */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Image } from '../../../shared/contract/images.ts'
import type { Run } from '../../../shared/contract/runs.ts'
import { forkTrainer } from '../../trainer/fork.ts'
import { obedient } from '../fixtures/disks.ts'
import type { Order, Told } from '../fixtures/obedient.ts'
import { openedWorkbench } from '../fixtures/openedWorkbench.ts'
import { writeTailedFolder } from '../fixtures/tailedFolder.ts'
import { trainedProject } from '../fixtures/trainedProject.ts'

const bench = openedWorkbench({ spawnTrainer: forkTrainer })
const open: Order = { call: 'projects.open' }
let folder: string
beforeAll(async () => {
  folder = await trainedProject(bench)
  // More than can be copied before a kill comes.
  const more = path.join(bench.place, 'more images')
  writeTailedFolder(more, { anchor: 300, bell: 300 })
  const { id: projectId } = await bench.call('projects.open', { folder })
  await bench.call('images.import', { projectId, folder: more })
  await bench.call('projects.close', { projectId })
}, 120_000)
afterAll(() => bench.close())

/** What a program told of the orders, until it was done or killed; `heard` is called whenever it told more. */
async function obeyed(place: string, orders: readonly Order[], heard: (told: readonly Told[], kill: () => void) => void): Promise<Told[]> {
  const child = spawn(process.execPath, obedient({ folder: place, userFolder: path.join(bench.place, 'user'), orders: [orders] }), { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  const told = (): Told[] => text.split('\n').slice(0, -1).map((line) => JSON.parse(line) as Told)
  child.stdout.on('data', (chunk) => {
    text += String(chunk)
    heard(told(), () => child.kill('SIGKILL'))
  })
  // Closed by the last that writes to it: a trainer lives a moment longer.
  await new Promise((ended) => child.on('close', ended))
  return told().filter(({ begun }) => !begun)
}

/** Steps that follow each other, of which a killed program leaves one: the last that was acknowledged, or the one after. */
async function killedAmong<State>(name: string, steps: readonly Order[], read: Order, stateOf: (answer: never) => State, found: (projectId: string) => Promise<State>): Promise<void> {
  const copyOf = (round: string): string => {
    const place = path.join(bench.place, `${name} ${round}`)
    cpSync(folder, place, { recursive: true })
    return place
  }
  const whole = await obeyed(copyOf('whole'), [open, read, ...steps.flatMap((step) => [step, read])], () => {})
  expect(whole.filter(({ refused }) => refused)).toEqual([])
  const states = whole.filter((_told, n) => n % 2 === 1).map(({ done }) => stateOf(done as never))
  expect(new Set(states.map((state) => JSON.stringify(state))).size).toBeGreaterThan(steps.length / 2)
  for (const [round, lateMs] of [0, 1, 3, 6, 10].entries()) {
    const place = copyOf(String(round))
    let isDying = false
    const told = await obeyed(place, [open, ...steps], (lines, kill) => {
      if (isDying || lines.filter(({ begun }) => begun).length < 3 + round) return
      isDying = true
      setTimeout(kill, lateMs)
    })
    const acknowledged = told.length - 1
    const { id: projectId } = await bench.call('projects.open', { folder: place })
    expect([states[acknowledged], states[acknowledged + 1]]).toContainEqual(await found(projectId))
    await bench.call('projects.close', { projectId })
  }
}

const answersOf = ({ run: { dial, evaluation } }: { readonly run: Run }) => ({ dial, evaluation })
const splitsOf = ({ images }: { readonly images: readonly Image[] }) => images.map(({ split }) => split).join(' ')

test('a setting of the dial is kept with all its answers, or none of it', async () => {
  const steps = Array.from({ length: 20 }, (_, n): Order => ({ call: 'dial.save', input: { runId: 1, dial: { tau: (n + 1) / 8, mix: 0, shares: [] } } }))
  await killedAmong('dial', steps, { call: 'runs.get', input: { runId: 1 } }, answersOf, async (projectId) => {
    const [{ run }, { cells }] = [await bench.call('runs.get', { projectId, runId: 1 }), await bench.call('confusions.matrix', { projectId, runId: 1 })]
    const hits = cells.count.filter((_count, n) => cells.actual[n] === cells.predicted[n]).reduce((sum, count) => sum + count, 0)
    expect(hits / run.evaluation!.images).toBeCloseTo(run.evaluation!.top1!)
    return answersOf({ run })
  })
}, 120_000)

test('splits are drawn anew as a whole, or stay', async () => {
  const steps = Array.from({ length: 20 }, (_, n): Order => ({ call: 'splits.apply', input: { valFraction: 0.3, testFraction: 0.2, keepFolder: false, keepPerson: false, seed: n } }))
  await killedAmong('splits', steps, { call: 'images.list', input: { limit: 1000 } }, splitsOf, async (projectId) => splitsOf(await bench.call('images.list', { projectId, limit: 1000 })))
}, 120_000)

const leftAfterOpening = (place: string) => async (): Promise<string[]> => {
  const { id: projectId } = await bench.call('projects.open', { folder })
  await bench.call('projects.close', { projectId })
  return readdirSync(place)
}

test.each<[string, string, (to: string) => Order]>([
  ['weights', 'weights.safetensors', (file) => ({ call: 'runs.export', input: { runId: 1, file } })],
  ['ONNX', 'model.onnx', (file) => ({ call: 'runs.export', input: { runId: 1, file, format: 'onnx' } })],
  ['a SavedModel', 'model.savedmodel', (file) => ({ call: 'runs.export', input: { runId: 1, file, format: 'savedmodel' } })],
  ['labels as folders', 'labels', (to) => ({ call: 'labels.export', input: { to, format: 'folders' } })],
  ['labels as CSV', 'labels.csv', (to) => ({ call: 'labels.export', input: { to, format: 'csv' } })],
])('of a killed export of %s nothing half-written stays', async (_what, name, order) => {
  for (const [round, lateMs] of [0, 5].entries()) {
    const place = path.join(bench.place, `for ${name} ${round}`)
    mkdirSync(place)
    const over = new AbortController()
    /** Once something comes to be there. */
    const killed = async (kill: () => void): Promise<void> => {
      while (!over.signal.aborted && readdirSync(place).length === 0) await pause(0)
      await pause(lateMs)
      kill()
    }
    let isDying = false
    await obeyed(folder, [open, order(path.join(place, name))], (lines, kill) => {
      if (isDying || lines.filter(({ begun }) => begun).length < 2) return
      isDying = true
      void killed(kill)
    })
    over.abort()
    // A trainer may outlive its program by a moment, and what it has begun with it.
    await expect.poll(leftAfterOpening(place), { timeout: 20_000 }).toEqual(expect.not.arrayContaining([expect.stringContaining('.tmp-')]))
    if (name === 'labels' && existsSync(path.join(place, name))) expect((readdirSync(path.join(place, name), { recursive: true }) as string[]).filter((file) => file.endsWith('.bmp'))).toHaveLength(644)
  }
}, 120_000)

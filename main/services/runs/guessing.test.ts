import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore, closeStore } from '../../store/open.ts'
import { rows } from '../../store/db.ts'
import { forkTrainer } from '../../trainer/fork.ts'
import { openedWorkbench } from '../fixtures/openedWorkbench.ts'
import { stripes, writeTailedFolder } from '../fixtures/tailedFolder.ts'

const bench = openedWorkbench({ spawnTrainer: forkTrainer })
const folder = path.join(bench.place, 'project')
let projectId: string

beforeAll(async () => {
  const images = path.join(bench.place, 'images')
  writeTailedFolder(images, { anchor: 8, bell: 4 })
  for (let n = 0; n < 3; n++) writeFileSync(path.join(images, `loose${n}.bmp`), stripes(0, 500 + n))
  projectId = (await bench.call('projects.create', { folder })).id
  await bench.call('images.import', { projectId, folder: images })
  await bench.call('runs.start', { projectId, experts: 2, epochs: 1, batchSize: 4, device: 'cpu' })
  await bench.call('runs.wait', { projectId, runId: 1 })
}, 120_000)
afterAll(() => bench.close())

test('a run answers for images without a label, again as often as it is asked, and no figure of it changes', async () => {
  const before = (await bench.call('runs.get', { projectId, runId: 1 })).run
  expect(before).toMatchObject({ status: 'finished', trainImages: 12 })
  expect(await bench.call('runs.guess', { projectId, runId: 1, of: 'unlabelled' })).toEqual({ images: 3, unreadable: 0 })
  expect(await bench.call('runs.guess', { projectId, runId: 1, of: [10, 10, 11] })).toEqual({ images: 2, unreadable: 0 })
  expect(bench.events).toContainEqual({ name: 'runs.guessed', payload: { projectId, runId: 1 } })
  expect(bench.events).toContainEqual({ name: 'labels.progress', payload: { projectId, what: 'guess', done: 3, total: 3 } })
  expect((await bench.call('runs.get', { projectId, runId: 1 })).run).toEqual({ ...before, hasGuesses: true })

  const db = openStore(folder)
  try {
    const kept = rows<{ guesses: string; experts: string; asked: number }>(db, 'SELECT guesses, experts, experts_asked AS asked FROM guess WHERE run_id = 1')
    expect(kept).toHaveLength(5)
    for (const { guesses, experts, asked } of kept) {
      const [first, second] = JSON.parse(guesses) as [number, number][]
      expect(first![1] + second![1]).toBeCloseTo(1, 4)
      expect([(JSON.parse(experts) as unknown[]).length, asked]).toEqual([2, 2])
    }
  } finally {
    closeStore(db)
  }
})

/** How many images are kept guesses of. */
function guessedImages(): number {
  const db = openStore(folder)
  try {
    return rows(db, 'SELECT image_id FROM guess WHERE run_id = 1').length
  } finally {
    closeStore(db)
  }
}

test('what it took them for is forgotten once it answers otherwise, and only then', async () => {
  await bench.call('runs.guess', { projectId, runId: 1, of: 'unlabelled' })
  await bench.call('dial.reset', { projectId, runId: 1 })
  expect(guessedImages()).toBe(5)
  await bench.call('dial.save', { projectId, runId: 1, dial: { tau: 1, mix: 0, shares: [] } })
  expect(guessedImages()).toBe(0)
  await bench.call('runs.guess', { projectId, runId: 1, of: 'unlabelled' })
  expect(guessedImages()).toBe(3)
  await bench.call('dial.reset', { projectId, runId: 1 })
  expect(guessedImages()).toBe(0)
})

test('what it answered is told of also where it ends before its time', async () => {
  const told = (): number => bench.events.filter(({ name }) => name === 'runs.guessed').length
  const before = told()
  await expect(bench.call('runs.guess', { projectId, runId: 1, of: [10, 999] })).rejects.toMatchObject({ code: 'not-found' })
  expect(told()).toBe(before + 1)
})

test('nothing to answer for, and an image that there is not', async () => {
  await expect(bench.call('runs.guess', { projectId, runId: 1, of: [999] })).rejects.toMatchObject({ code: 'not-found' })
  await expect(bench.call('runs.guess', { projectId, runId: 7, of: 'unlabelled' })).rejects.toMatchObject({ code: 'not-found' })
})

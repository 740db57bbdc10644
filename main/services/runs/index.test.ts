import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { classResults } from '../../../shared/confusions.ts'
import { closeStore, openStore } from '../../store/open.ts'
import { forkTrainer } from '../../trainer/fork.ts'
import { openedWorkbench } from '../fixtures/openedWorkbench.ts'
import { tail, writeTailedFolder } from '../fixtures/tailedFolder.ts'

const bench = openedWorkbench({ spawnTrainer: forkTrainer })
const { place } = bench
const imagesFolder = path.join(place, 'images')
const folder = path.join(place, 'project')
const trainImages = Object.values(tail).reduce((sum, count) => sum + count, 0)
const request = { experts: 2, epochs: 3, batchSize: 32, learningRate: 0.05, seed: 4, device: 'cpu' } as const

let projectId: string

beforeAll(async () => {
  writeTailedFolder(imagesFolder)
  projectId = (await bench.call('projects.create', { folder })).id
})
afterAll(() => bench.close())

test('nothing can be trained without images, or with one class', async () => {
  await expect(bench.call('runs.start', { projectId })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('no images') })
  const oneClass = path.join(place, 'one class')
  writeTailedFolder(oneClass, { only: 3 })
  const other = (await bench.call('projects.create', { folder: path.join(place, 'other') })).id
  await bench.call('images.import', { projectId: other, folder: oneClass })
  await expect(bench.call('runs.start', { projectId: other })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('this project has one') })
  expect(await bench.call('runs.list', { projectId: other })).toEqual([])
  await bench.call('projects.close', { projectId: other })
})

test('a run goes from images to confusions, and everything about it is kept', async () => {
  await bench.call('images.import', { projectId, folder: imagesFolder })
  const started = await bench.call('runs.start', { projectId, ...request })
  expect(started).toMatchObject({ status: 'preparing', classes: 5, trainImages, valImages: 20, canResume: false })
  expect(bench.workbench.activity()).toEqual([expect.stringContaining('Run 1 of project is being trained')])
  await expect(bench.call('runs.start', { projectId, ...request })).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('Run 1') })
  await expect(bench.call('runs.evaluate', { projectId, runId: 1 })).rejects.toMatchObject({ code: 'busy' })

  const run = await bench.call('runs.wait', { projectId, runId: 1 })
  expect(run).toMatchObject({ status: 'finished', failure: null, epochsDone: 3, canResume: false, config: { epochs: 3, experts: 2, batchSize: 32 } })
  expect(run.imagesPerSecond).toBeGreaterThan(0)
  expect(run.peakMemoryBytes).toBeGreaterThan(1e6)
  expect(run.device).toBeTruthy()
  expect(run.tensorflow).toMatch(/^\d+\.\d+/)
  expect(run.evaluation).toMatchObject({ images: 20, expertsUsed: 2, many: null })
  expect(run.evaluation!.experts).toHaveLength(2)
  expect(bench.workbench.activity()).toEqual([])

  const { epochs, progress } = await bench.call('runs.get', { projectId, runId: 1 })
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
  expect(progress).toBeNull()
  const { classes, cells } = await bench.call('confusions.matrix', { projectId, runId: 1 })
  expect(classResults(classes, cells).map(({ name, train, support }) => [name, train, support])).toEqual(Object.entries(tail).map(([name, train]) => [name, train, 4]))
  expect(cells.count.reduce((sum, count) => sum + count, 0)).toBe(20)
  const right = classResults(classes, cells).reduce((sum, { correct }) => sum + correct, 0)
  expect(run.evaluation!.top1).toBeCloseTo(right / 20)
  const { total, images } = await bench.call('confusions.images', { projectId, runId: 1, actual: [classes[0]!.classId] })
  expect(total).toBe(4)
  expect(images[0]!.experts).toHaveLength(2)
  expect(images[0]!.guesses.map(({ probability }) => probability)).toEqual(images[0]!.guesses.map(({ probability }) => probability).sort((a, b) => b - a))

  const runFolder = path.join(folder, 'runs', '1')
  expect(JSON.parse(readFileSync(path.join(runFolder, 'config.json'), 'utf8'))).toMatchObject({ id: 1, config: { seed: 4 }, trainImages })
  expect(statSync(path.join(runFolder, 'val.logits.f32')).size).toBe(2 * 20 * 5 * 4)
  expect(JSON.parse(JSON.parse(readFileSync(path.join(runFolder, 'val.logits.json'), 'utf8')).description)).toMatchObject({ experts: 2, classes: classes.map(({ classId }) => classId) })
  expect(readdirSync(runFolder).filter((name) => name.includes('.tmp-'))).toEqual([])
  await expect(bench.call('runs.resume', { projectId, runId: 1 })).rejects.toMatchObject({ code: 'invalid-input' })
})

test('a folder outside the project is scored as the split was, and nothing of it stays', async () => {
  const outside = path.join(place, 'outside')
  writeTailedFolder(outside, { ...tail, unheard: 2 })
  const before = readdirSync(path.join(folder, 'cache'))
  const scores = await bench.call('runs.evaluate', { projectId, runId: 1, folder: path.join(outside, 'val') })
  const run = (await bench.call('runs.get', { projectId, runId: 1 })).run
  expect(scores).toMatchObject({ images: 20, top1: run.evaluation!.top1, skipped: [{ path: 'unheard', reason: expect.stringContaining('4 files were left out') }] })
  expect(scores.perClass.map(({ name }) => name)).toEqual(Object.keys(tail))
  expect(readdirSync(path.join(folder, 'cache'))).toEqual(before)
})

const exported = (file: string, replace = false): Promise<unknown> => bench.call('runs.export', { projectId, runId: 1, file, replace })

test('weights are written where nothing is lost by it', async () => {
  const file = path.join(place, 'once.safetensors')
  expect(await exported(file)).toMatchObject({ file })
  const before = readFileSync(file)
  writeFileSync(file, 'something else')
  await expect(exported(file)).rejects.toMatchObject({ code: 'already-exists' })
  await exported(file, true)
  expect(readFileSync(file).equals(before)).toBe(true)

  await exported(path.join(place, `${'n'.repeat(230)}.safetensors`))
  mkdirSync(path.join(place, 'folder.safetensors'))
  symlinkSync(imagesFolder, path.join(place, 'link'))
  const [checkpoint] = readdirSync(path.join(folder, 'runs', '1', 'checkpoints'))
  for (const [refused, code] of [
    ['relative.safetensors', 'invalid-input'],
    [path.join(folder, 'project.sqlite'), 'invalid-input'],
    [path.join(place, 'nowhere', 'a.safetensors'), 'not-found'],
    [path.join(file, 'a.safetensors'), 'not-found'],
    [path.join(place, 'folder.safetensors'), 'already-exists'],
    ['/proc/a.safetensors', 'permission'],
    [path.join(place, `${'n'.repeat(300)}.safetensors`), 'invalid-input'],
    [path.join(imagesFolder, 'train', 'a.safetensors'), 'permission'],
    [path.join(place, 'link', 'a.safetensors'), 'permission'],
    [path.join(folder, 'runs', '1', 'checkpoints', checkpoint!), 'permission'],
  ] as const) {
    await expect(exported(refused, true), refused).rejects.toMatchObject({ code, message: expect.not.stringMatching(/ENOENT|ENOTDIR|EISDIR|\.tmp-/) })
  }
  expect(existsSync(path.join(imagesFolder, 'train', 'a.safetensors'))).toBe(false)
})

test('a split is scored with the labels it has by now', async () => {
  const { images } = await bench.call('images.list', { projectId, split: 'val', limit: 1000 })
  const { classes } = await bench.call('classes.tail', { projectId })
  await bench.call('labels.set', { projectId, imageIds: images.map(({ id }) => id), classId: classes[0]!.id })
  const scores = await bench.call('runs.evaluate', { projectId, runId: 1 })
  expect(scores.perClass[0]).toMatchObject({ name: 'anchor', support: 20 })
  expect((await bench.call('runs.get', { projectId, runId: 1 })).run.evaluation!.top1).toBe(scores.top1)
  await bench.call('labels.undo', { projectId })
  await expect(bench.call('runs.evaluate', { projectId, runId: 1, split: 'test' })).rejects.toMatchObject({ code: 'not-found' })
})

test('images that a run was trained on are not scored as validation images later', async () => {
  const db = openStore(folder)
  const { image } = db.prepare("SELECT min(image_id) AS image FROM run_image WHERE run_id = 1 AND split = 'train'").get() as { image: number }
  db.prepare("UPDATE image SET split = 'val' WHERE id = ?").run(image)
  const scores = await bench.call('runs.evaluate', { projectId, runId: 1 })
  expect(scores).toMatchObject({ images: 20, skipped: [{ path: expect.stringContaining('train/'), reason: expect.stringContaining('trained on') }] })
  db.prepare("UPDATE image SET split = 'train' WHERE id = ?").run(image)
  closeStore(db)
  expect((await bench.call('runs.evaluate', { projectId, runId: 1, split: 'train' })).skipped).toEqual([])
})

test('no run starts while an import goes on', async () => {
  const other = (await bench.call('projects.create', { folder: path.join(place, 'importing') })).id
  const importing = bench.call('images.import', { projectId: other, folder: imagesFolder })
  await expect(bench.call('runs.start', { projectId: other, ...request })).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('import') })
  await importing
  expect(await bench.call('runs.list', { projectId: other })).toEqual([])
  await bench.call('projects.close', { projectId: other })
})

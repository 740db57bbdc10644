import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExportFormat, Run } from '../../../shared/contract/runs.ts'
import { createRun } from '../../store/newRuns.ts'
import { closeStore, openStore } from '../../store/open.ts'
import { forkTrainer } from '../../trainer/fork.ts'
import { openedWorkbench } from '../fixtures/openedWorkbench.ts'
import { writeTailedFolder } from '../fixtures/tailedFolder.ts'

const bench = openedWorkbench({ spawnTrainer: forkTrainer })
const folder = path.join(bench.place, 'project')
const file = path.join(bench.place, 'weights.safetensors')
let projectId: string
let base: Run

const ended = (run: Run): Promise<Run> => bench.call('runs.wait', { projectId, runId: run.id })

beforeAll(async () => {
  const images = path.join(bench.place, 'images')
  // By falling count the classes are in another order than by name.
  writeTailedFolder(images, { anchor: 4, bell: 8, crane: 12 })
  projectId = (await bench.call('projects.create', { folder })).id
  await bench.call('images.import', { projectId, folder: images })
  base = await ended(await bench.call('runs.start', { projectId, experts: 2, epochs: 2, batchSize: 8, learningRate: 0.05, device: 'cpu' }))
  expect(base).toMatchObject({ id: 1, status: 'finished' })
  await bench.call('runs.export', { projectId, runId: 1, file })
}, 120_000)

afterAll(() => bench.close())

test('what was exported comes back as a finished run with the same answers', async () => {
  const started = await bench.call('runs.import', { projectId, file, order: 'frequency' })
  expect(started).toMatchObject({ name: 'Imported weights.safetensors', config: { stage: 'experts', experts: 2, widths: 'reduced', head: 'cosine', epochs: 0 } })
  const run = await ended(started)
  expect(run).toMatchObject({ status: 'finished', failure: null, hasCheckpoint: true, canResume: false, classes: 3, scored: ['val'] })
  const { imagesPerSecond: _imported, ...figures } = run.evaluation!
  const { imagesPerSecond: _trained, ...expected } = base.evaluation!
  expect(figures).toEqual(expected)

  const byName = await ended(await bench.call('runs.import', { projectId, file }))
  const { classes } = await bench.call('confusions.matrix', { projectId, runId: byName.id })
  expect(new Map(classes.map(({ name, train }) => [name, train]))).toEqual(new Map([['anchor', 4], ['bell', 8], ['crane', 12]]))
  expect(byName.status).toBe('finished')
})

test('weights to start from are looked at before there is a run', async () => {
  const runs = async (): Promise<number> => (await bench.call('runs.list', { projectId })).length
  const before = await runs()
  const choice = { projectId, trunkFile: file, epochs: 1, device: 'cpu' } as const
  expect(await bench.call('runs.weightsFit', { ...choice, experts: 3 })).toEqual({
    loaded: ['stem', 'layer1', 'layer2s.0', 'layer3s.0', 'layer2s.1', 'layer3s.1'],
    left: ['layer2s.2', 'layer3s.2'],
  })
  expect(await bench.call('runs.weightsFit', { projectId })).toEqual({ loaded: [], left: [] })
  const misfit = { ...choice, backbone: 'resnet10', imageSize: 64 } as const
  await expect(bench.call('runs.weightsFit', misfit)).rejects.toThrow('weights.safetensors fits no stage of the network')
  await expect(bench.call('runs.start', misfit)).rejects.toThrow('weights.safetensors fits no stage of the network')
  expect(await runs()).toBe(before)
})

test('an imported run carries a second stage, and a router comes back with its threshold', async () => {
  const router = await ended(await bench.call('runs.derive', { projectId, runId: 2, stage: 'router', epochs: 1, batchSize: 8, device: 'cpu' }))
  expect(router).toMatchObject({ status: 'finished', failure: null, trainImages: 24 })
  await bench.call('runs.setThreshold', { projectId, runId: router.id, threshold: 0.275 })
  const routed = path.join(bench.place, 'router.safetensors')
  await bench.call('runs.export', { projectId, runId: router.id, file: routed })
  expect(await ended(await bench.call('runs.import', { projectId, file: routed }))).toMatchObject({ status: 'finished', threshold: 0.275, evaluation: { routing: { threshold: 0.275 } } })
})

test('imported weights see images as they did where they were trained', async () => {
  const trained = await ended(await bench.call('runs.start', { projectId, experts: 1, epochs: 1, batchSize: 8, imageSize: 64, fit: 'crop', device: 'cpu' }))
  const larger = path.join(bench.place, 'larger.safetensors')
  await bench.call('runs.export', { projectId, runId: trained.id, file: larger })
  const run = await ended(await bench.call('runs.import', { projectId, file: larger }))
  expect(run).toMatchObject({ status: 'finished', config: { imageSize: 64, fit: 'crop' } })
  expect({ ...run.evaluation, imagesPerSecond: 0 }).toEqual({ ...trained.evaluation, imagesPerSecond: 0 })
})

test('weights that cannot be read, or that are of other classes, leave nothing', async () => {
  const runs = await bench.call('runs.list', { projectId })
  const broken = path.join(bench.place, 'broken.safetensors')
  writeFileSync(broken, 'no weights')
  await expect(bench.call('runs.import', { projectId, file: broken })).rejects.toMatchObject({ code: 'unreadable', message: expect.stringContaining('weights file cannot be read') })
  await expect(bench.call('runs.import', { projectId, file: path.join(bench.place, 'nowhere.pth') })).rejects.toMatchObject({ code: 'not-found' })
  await expect(bench.call('runs.import', { projectId, file: path.join(bench.place, 'images.zip') })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('.safetensors or .pth') })
  await expect(bench.call('runs.import', { projectId, file: 'weights.safetensors' })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('no absolute path') })

  const other = (await bench.call('projects.create', { folder: path.join(bench.place, 'other') })).id
  const images = path.join(bench.place, 'two classes')
  writeTailedFolder(images, { anchor: 2, bell: 2 })
  await bench.call('images.import', { projectId: other, folder: images })
  await expect(bench.call('runs.import', { projectId: other, file })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('names 1 of 3 classes') })
  expect(await bench.call('runs.list', { projectId: other })).toEqual([])
  expect(await bench.call('runs.list', { projectId })).toEqual(runs)
  expect(existsSync(path.join(bench.place, 'other', 'runs'))).toBe(false)
  expect(readdirSync(path.join(folder, 'runs'))).toHaveLength(runs.length)
})

test('an import that was killed before its weights were there leaves nothing', async () => {
  const runs = await bench.call('runs.list', { projectId })
  const db = openStore(folder)
  const dead = { pid: 999_999_999, started: null }
  const { id } = createRun(db, { config: { ...base.config, epochs: 0 }, owner: dead, createdAt: 1, name: 'Imported killed.pth', threshold: null }, [1, 2, 3])
  closeStore(db)
  mkdirSync(path.join(folder, 'runs', String(id)))
  expect(await bench.call('runs.list', { projectId })).toEqual(runs)
  expect(existsSync(path.join(folder, 'runs', String(id)))).toBe(false)
})

test('while weights are read, the run is nobody else\'s: it can be waited for, and is told of', async () => {
  const before = (await bench.call('runs.list', { projectId }))[0]!.id
  const importing = bench.call('runs.import', { projectId, file, order: 'frequency' })
  const onRecord = async (): Promise<number> => (await bench.call('runs.list', { projectId }))[0]!.id
  await expect.poll(onRecord, { interval: 1, timeout: 30_000 }).toBeGreaterThan(before)
  const runId = await onRecord()
  expect(bench.workbench.activity()).toEqual(['Weights are being read into project.'])
  await expect(bench.call('runs.export', { projectId, runId, file: path.join(bench.place, 'early.safetensors') })).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('still being read') })
  await expect(bench.call('runs.resume', { projectId, runId })).rejects.toMatchObject({ code: 'busy' })
  const waited = bench.call('runs.wait', { projectId, runId })
  expect(await ended(await importing)).toMatchObject({ id: runId, status: 'finished' })
  expect(await waited).toMatchObject({ id: runId, status: 'finished' })
})

test.each<[ExportFormat, string]>([['onnx', 'model.onnx'], ['savedmodel', 'model.savedmodel']])('a model is held against the validation images before it is there: %s', async (format, name) => {
  const place = path.join(bench.place, name)
  const exported = await bench.call('runs.export', { projectId, runId: 1, file: place, format })
  expect(exported).toMatchObject({ file: place, tensors: expect.any(Number), verified: { images: 12, flips: 0 } })
  expect(existsSync(place)).toBe(true)
  await expect(bench.call('runs.export', { projectId, runId: 1, file: place, format })).rejects.toMatchObject({ code: 'already-exists' })
  await expect(bench.call('runs.export', { projectId, runId: 1, file: place })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('does not end in .safetensors') })
})

test('a folder is replaced only where it is a SavedModel and nothing else', async () => {
  const place = path.join(bench.place, 'model.savedmodel')
  const again = { projectId, runId: 1, file: place, format: 'savedmodel', replace: true } as const
  await bench.call('runs.export', again)
  writeFileSync(path.join(place, 'thesis.txt'), 'mine')
  await expect(bench.call('runs.export', again)).rejects.toMatchObject({ code: 'already-exists', message: expect.stringContaining('thesis.txt') })
  expect(readdirSync(place)).toContain('thesis.txt')
  rmSync(path.join(place, 'thesis.txt'))
  mkdirSync(path.join(place, 'assets', 'deeper'))
  await expect(bench.call('runs.export', again)).rejects.toMatchObject({ code: 'already-exists', message: expect.stringContaining('(assets/deeper)') })
  rmSync(path.join(place, 'assets', 'deeper'), { recursive: true })
  rmSync(path.join(place, 'saved_model.pb'))
  mkdirSync(path.join(place, 'saved_model.pb'))
  await expect(bench.call('runs.export', again)).rejects.toMatchObject({ code: 'already-exists', message: expect.stringContaining('(saved_model.pb)') })
  const taken = path.join(bench.place, 'taken.savedmodel')
  writeFileSync(taken, '')
  await expect(bench.call('runs.export', { ...again, file: taken })).rejects.toMatchObject({ code: 'already-exists', message: expect.stringContaining('is a file') })
  mkdirSync(path.join(bench.place, 'taken.onnx'))
  await expect(bench.call('runs.export', { ...again, file: path.join(bench.place, 'taken.onnx'), format: 'onnx' })).rejects.toMatchObject({ code: 'already-exists', message: expect.stringContaining('is a folder') })
})

test('a narrower number type is counted against float32, and kept until the split is scored without', async ({ skip }) => {
  const asked = bench.call('runs.evaluate', { projectId, runId: 1, fast: true })
  const scored = await asked.catch((failure: { code?: string; message?: string }) => {
    // Not every processor has such a type; then this is all there is to see.
    if (failure.code !== 'unsupported') throw failure
    return failure.message!
  })
  if (typeof scored === 'string') {
    expect(scored).toMatch(/so nothing can be scored in the fast mode here/)
    return skip(scored)
  }
  expect(scored.fast).toMatchObject({ type: expect.stringContaining('float16'), flips: expect.any(Number), exactImagesPerSecond: expect.any(Number) })
  expect((await bench.call('runs.get', { projectId, runId: 1 })).run.evaluation!.fast).toEqual(scored.fast)
  expect((await bench.call('runs.evaluate', { projectId, runId: 1 })).fast).toBeNull()
})

test('nothing is exported among what the project keeps', async () => {
  for (const name of ['cache/model.onnx', 'runs/model.onnx', 'project.sqlite.onnx']) {
    await expect(bench.call('runs.export', { projectId, runId: 1, file: path.join(folder, name), format: 'onnx' }), name).rejects.toMatchObject({ code: 'permission', message: expect.stringContaining("the project's own files") })
  }
})

test('a project that closes ends scoring and exporting, and both say so', async () => {
  const going = [bench.call('runs.evaluate', { projectId, runId: 1 }), bench.call('runs.export', { projectId, runId: 1, file: path.join(bench.place, 'ended.onnx'), format: 'onnx' })]
  const refused = Promise.all(going.map((one) => expect(one).rejects.toMatchObject({ code: 'closed', message: expect.stringContaining('was closed before') })))
  await expect.poll(() => bench.workbench.activity()).toEqual(expect.arrayContaining(['Run 1 of project is being exported.', 'Run 1 of project is being scored.']))
  await bench.call('projects.close', { projectId })
  await refused
  expect(existsSync(path.join(bench.place, 'ended.onnx'))).toBe(false)
})

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Run } from '../../../shared/contract/runs.ts'
import { closeStore, openStore } from '../../store/open.ts'
import { setThreshold } from '../../store/runs.ts'
import { forkTrainer } from '../../trainer/fork.ts'
import { openedWorkbench } from '../fixtures/openedWorkbench.ts'
import { stripes, writeTailedFolder } from '../fixtures/tailedFolder.ts'

const bench = openedWorkbench({ spawnTrainer: forkTrainer })
const images = path.join(bench.place, 'images')
const folder = path.join(bench.place, 'project')
const counts = { anchor: 12, bell: 8, crane: 4 }
const trainImages = 24
let projectId: string

const ended = (run: Run): Promise<Run> => bench.call('runs.wait', { projectId, runId: run.id })
const runFile = (runId: number, name: string): string => path.join(folder, 'runs', String(runId), name)
/** Of guesses that float32 takes for equally unlikely, any may come first. */
const isLikely = ({ probability }: { readonly probability: number }): boolean => probability > 0.01
/** Everything that is kept of a run's scores, without what was measured by the clock. */
async function scoresOf(runId: number): Promise<object> {
  const { evaluation } = (await bench.call('runs.get', { projectId, runId })).run
  const { classes, cells } = await bench.call('confusions.matrix', { projectId, runId })
  const pages = await Promise.all(classes.map(({ classId }) => bench.call('confusions.images', { projectId, runId, actual: [classId] })))
  const { routing, imagesPerSecond: _speed, ...figures } = evaluation!
  const { imagesPerSecond: _of, ...allExperts } = routing!.allExperts
  const { expertsUsed, gigaflops } = routing!
  return {
    figures,
    saved: { expertsUsed, gigaflops, allExperts },
    cells,
    images: pages.flatMap((page) => page.images.map(({ imageId, predicted, expertsAsked, guesses }) => ({ imageId, predicted, expertsAsked, guesses: guesses.filter(isLikely).map(({ classId, probability }) => [classId, probability.toFixed(3)]) }))),
  }
}

beforeAll(async () => {
  writeTailedFolder(images, counts)
  projectId = (await bench.call('projects.create', { folder })).id
  await bench.call('images.import', { projectId, folder: images })
  // Steps enough that batch norm has seen what the experts make of images: in inference, features explode without.
  const base = await bench.call('runs.start', { projectId, experts: 3, epochs: 10, batchSize: 8, head: 'linear', learningRate: 0.02, device: 'cpu' })
  expect(await ended(base)).toMatchObject({ id: 1, status: 'finished' })
}, 120_000)

afterAll(() => bench.close())

test('a router is a run of its own, on the very classes and images of its base run', async () => {
  const { images: [image] } = await bench.call('images.list', { projectId, split: 'train', limit: 1 })
  const { classes } = await bench.call('classes.tail', { projectId })
  await bench.call('labels.set', { projectId, imageIds: [image!.id], classId: classes.at(-1)!.id })

  const started = await bench.call('runs.derive', { projectId, runId: 1, stage: 'router', epochs: 1, batchSize: 8, device: 'cpu' })
  expect(started).toMatchObject({ id: 2, name: 'Router of run 1', status: 'preparing', classes: 3, trainImages, valImages: 12, threshold: 0.5, config: { stage: 'router', baseRun: 1, epochs: 1, experts: 3, head: 'linear' } })
  await expect(bench.call('runs.derive', { projectId, runId: 1, stage: 'crt' })).rejects.toMatchObject({ code: 'busy' })

  const run = await ended(started)
  expect(run).toMatchObject({ status: 'finished', failure: null, epochsDone: 1, scored: ['val'], evaluation: { images: 12, routing: { threshold: 0.5, measuredAt: 0.5, allExperts: { imagesPerSecond: expect.any(Number) } } } })
  const { expertsUsed, routing } = run.evaluation!
  expect(routing!.expertsUsed.all).toBe(expertsUsed)
  expect(routing!.gigaflops.all! / routing!.allExperts.gigaflops).toBeLessThan(1.001)
  // All experts together are the base run, whose weights are frozen.
  const base = (await bench.call('runs.get', { projectId, runId: 1 })).run.evaluation!
  expect(routing!.allExperts.top1).toBe(base.top1)
  expect(run.evaluation!.experts).toEqual(base.experts)
  expect(base.routing).toBeNull()
  expect(statSync(runFile(2, 'val.router.f32')).size).toBe(12 * 2 * Float32Array.BYTES_PER_ELEMENT)
  expect(existsSync(runFile(1, 'val.router.f32'))).toBe(false)
  await bench.call('labels.undo', { projectId })
})

test('a moved threshold gives what scoring at it gives, and back again', async () => {
  const before = await scoresOf(2)
  const routed = await bench.call('runs.routing', { projectId, runId: 2 })
  const used = routed.map(({ expertsUsed }) => expertsUsed.all!)
  expect(used).toEqual([...used].sort((a, b) => b - a))
  expect(routed.find(({ threshold }) => threshold === 0.5)!.expertsUsed.all).toBe((await bench.call('runs.get', { projectId, runId: 2 })).run.evaluation!.expertsUsed)

  // Wherever training left the scores: at the largest every image stops, at the one in the middle half of them go on.
  const firstScores = new Float32Array(new Uint8Array(readFileSync(runFile(2, 'val.router.f32'))).buffer).filter((_, n) => n % 2 === 0).sort()
  const [middle, largest] = [firstScores[5]!, firstScores[11]!]
  for (const threshold of [largest, middle]) {
    const moved = await bench.call('runs.setThreshold', { projectId, runId: 2, threshold })
    const { top1, gigaflops, expertsUsed } = (await bench.call('runs.routing', { projectId, runId: 2 })).find((one) => one.threshold === threshold)!
    expect(moved).toMatchObject({ threshold, evaluation: { top1, expertsUsed: expertsUsed.all, routing: { threshold, measuredAt: 0.5, gigaflops } } })
    expect(bench.events.slice(-2).map(({ name }) => name)).toEqual(['confusions.changed', 'runs.changed'])
    if (threshold === largest) expect(expertsUsed.all).toBe(1)
    else expect(expertsUsed.all).toBeGreaterThan(1)
  }
  const kept = await scoresOf(2)
  const scored = await bench.call('runs.evaluate', { projectId, runId: 2 })
  expect(scored.routing).toMatchObject({ threshold: middle, measuredAt: middle })
  expect(await scoresOf(2)).toEqual(kept)

  // What changes a run's scores takes turns: the last one asked for holds, for figures and threshold alike.
  await Promise.all([bench.call('runs.evaluate', { projectId, runId: 2 }), bench.call('runs.setThreshold', { projectId, runId: 2, threshold: 0.1 }), bench.call('runs.setThreshold', { projectId, runId: 2, threshold: 0.5 })])
  expect((await bench.call('runs.get', { projectId, runId: 2 })).run).toMatchObject({ threshold: 0.5, evaluation: { routing: { threshold: 0.5 } } })
  expect(await scoresOf(2)).toEqual(before)
  for (const threshold of [1e-60, 1 - 1e-12]) await expect(async () => bench.call('runs.setThreshold', { projectId, runId: 2, threshold }), 'a float32 of 0 or 1').rejects.toMatchObject({ code: 'invalid-input' })
  await expect(bench.call('runs.setThreshold', { projectId, runId: 1, threshold: 0.5 })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('Run 1 has no router') })
  await expect(bench.call('runs.routing', { projectId, runId: 2, split: 'train' })).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('Score it on them first') })
})

test('a threshold is not moved where what scoring kept is gone, or of other images', async () => {
  const before = await scoresOf(2)
  for (const name of ['val.router.f32', 'val.logits.f32', 'val.logits.json']) {
    const file = runFile(2, name)
    renameSync(file, `${file}.away`)
    await expect(bench.call('runs.setThreshold', { projectId, runId: 2, threshold: 0.25 }), name).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining(name) })
    writeFileSync(file, '[1')
    await expect(bench.call('runs.setThreshold', { projectId, runId: 2, threshold: 0.25 }), name).rejects.toMatchObject({ code: 'not-found' })
    renameSync(`${file}.away`, file)
  }
  for (const name of ['val.router.f32', 'val.logits.f32', 'val.logits.json']) {
    const file = runFile(2, name)
    const whole = readFileSync(file)
    const altered = Buffer.from(whole)
    altered[Math.floor(whole.length / 2)]! ^= 1
    writeFileSync(file, altered)
    await expect(bench.call('runs.setThreshold', { projectId, runId: 2, threshold: 0.25 }), name).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining(name) })
    rmSync(file)
    execFileSync('mkfifo', [file])
    await expect(bench.call('runs.setThreshold', { projectId, runId: 2, threshold: 0.25 }), name).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining(name) })
    rmSync(file)
    writeFileSync(file, whole)
  }
  // As a program that was killed between what scoring keeps and its record.
  const description = runFile(2, 'val.logits.json')
  const kept = readFileSync(description, 'utf8')
  const another = JSON.stringify({ ...JSON.parse(JSON.parse(kept).description), scoring: 'another' })
  writeFileSync(description, JSON.stringify({ description: another, digest: createHash('sha256').update(another).digest('hex') }))
  await expect(bench.call('runs.setThreshold', { projectId, runId: 2, threshold: 0.25 })).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('not of the images that it was scored on last') })
  writeFileSync(description, kept)
  expect((await bench.call('runs.get', { projectId, runId: 2 })).run.threshold).toBe(0.5)
  expect(await scoresOf(2)).toEqual(before)
})

test('scores at a threshold that another program moved meanwhile are not kept', async () => {
  const before = await scoresOf(2)
  const scoring = bench.call('runs.evaluate', { projectId, runId: 2 })
  const refused = expect(scoring).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('moved by another program') })
  await expect.poll(() => bench.workbench.activity()).toEqual(['Run 2 of project is being scored.'])
  const db = openStore(folder)
  setThreshold(db, 2, 0.25)
  await refused
  setThreshold(db, 2, 0.5)
  closeStore(db)
  expect(await scoresOf(2)).toEqual(before)
  await bench.call('runs.setThreshold', { projectId, runId: 2, threshold: 0.5 })
  expect(await scoresOf(2)).toEqual(before)
})

test('tau-normalisation takes no epoch, and is finished, whatever became of a training image', async () => {
  const image = path.join(images, 'train', 'anchor', '0.bmp')
  renameSync(image, `${image}.away`)
  // Decoded once, an image's file is not looked at again.
  rmSync(path.join(folder, 'cache', 'pixels'), { recursive: true })
  const run = await ended(await bench.call('runs.derive', { projectId, runId: 1, stage: 'tau-norm', tauNorm: 0.5, device: 'cpu' }))
  expect(run).toMatchObject({ id: 3, name: 'Tau-norm of run 1', status: 'finished', failure: null, epochsDone: 0, threshold: null, hasCheckpoint: true, evaluation: { images: 12, routing: null } })
  renameSync(`${image}.away`, image)
})

test('a second stage needs its base run only to begin, and goes on where it was stopped', async () => {
  const started = await bench.call('runs.derive', { projectId, runId: 1, stage: 'crt', epochs: 400, batchSize: 8, learningRate: 1e-4, device: 'cpu' })
  await expect.poll(() => bench.events.some(({ name, payload }) => name === 'runs.epoch' && (payload as { runId: number }).runId === started.id), { timeout: 60_000 }).toBe(true)
  const stopped = await bench.call('runs.stop', { projectId, runId: started.id })
  expect(stopped).toMatchObject({ status: 'stopped', hasCheckpoint: true, canResume: true })

  renameSync(runFile(1, '.'), runFile(1, '.').replace(/1$/, 'away'))
  // Resumed while it is being scored, it goes on after.
  const [scored, resumed] = await Promise.all([bench.call('runs.evaluate', { projectId, runId: started.id }), bench.call('runs.resume', { projectId, runId: started.id })])
  expect(scored.images).toBe(12)
  await expect.poll(async () => (await bench.call('runs.get', { projectId, runId: started.id })).run.epochsDone, { timeout: 60_000 }).toBeGreaterThan(stopped.epochsDone)
  expect(await bench.call('runs.stop', { projectId, runId: resumed.id })).toMatchObject({ status: 'stopped', failure: null })

  // Without a checkpoint of its own it begins anew, and says what it lacks.
  rmSync(runFile(started.id, 'checkpoints'), { recursive: true })
  const again = await ended(await bench.call('runs.resume', { projectId, runId: started.id }))
  expect(again).toMatchObject({ status: 'failed', failure: expect.stringContaining('Run 1 is finished, but its checkpoints are gone') })
  await expect(bench.call('runs.derive', { projectId, runId: 1, stage: 'crt' })).rejects.toMatchObject({ code: 'not-found' })
  renameSync(runFile(1, '.').replace(/1$/, 'away'), runFile(1, '.'))
})

test('a run learns from a finished one of the same classes, in its order', async () => {
  await bench.call('classes.rename', { projectId, classId: 1, name: 'zebra' })
  // More of the rarest class than of any other: on its own, the new run would order the classes otherwise.
  const more = path.join(bench.place, 'more')
  mkdirSync(path.join(more, 'crane'), { recursive: true })
  for (let n = 0; n < 16; n++) writeFileSync(path.join(more, 'crane', `${n}.bmp`), stripes(2, 5000 + n))
  await bench.call('images.import', { projectId, folder: more, split: 'train' })
  const request = { projectId, experts: 2, epochs: 1, batchSize: 8, device: 'cpu' } as const
  await expect(bench.call('runs.start', { ...request, teacherRun: 4 })).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('Run 4 has no checkpoint yet') })
  await expect(bench.call('runs.start', { ...request, teacherRun: 2 })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('Run 2 is a router') })
  await expect(bench.call('runs.start', { ...request, teacherRun: 1, imageSize: 40 })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('32 x 32') })
  const run = await ended(await bench.call('runs.start', { ...request, teacherRun: 1 }))
  expect(run).toMatchObject({ status: 'finished', failure: null, config: { teacherRun: 1 }, trainImages: trainImages + 16 })

  mkdirSync(path.join(more, 'drum'))
  writeFileSync(path.join(more, 'drum', '0.bmp'), stripes(3, 0))
  await bench.call('images.import', { projectId, folder: more, split: 'train' })
  await expect(bench.call('runs.start', { ...request, teacherRun: 1 })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('it was not trained on "drum"') })
})

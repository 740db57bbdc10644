import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { classResults } from '../../../shared/confusions.ts'
import type { Run } from '../../../shared/contract/runs.ts'
import { bestAdjusted, fieldMix, logitOffsets, type Dial } from '../../../shared/dial.ts'
import { meanOfFirst } from '../../../shared/routing.ts'
import { forkTrainer } from '../../trainer/fork.ts'
import { openedWorkbench } from '../fixtures/openedWorkbench.ts'
import { writeTailedFolder } from '../fixtures/tailedFolder.ts'

const bench = openedWorkbench({ spawnTrainer: forkTrainer })
const images = path.join(bench.place, 'images')
const outside = path.join(bench.place, 'outside')
const folder = path.join(bench.place, 'project')
const classes = ['anchor', 'bell', 'crane', 'drum', 'egret'].map((name, n) => ({ name, classId: n + 1, train: [60, 24, 12, 6, 3][n]! }))
let projectId: string

const ended = (run: Run): Promise<Run> => bench.call('runs.wait', { projectId, runId: run.id })
const runOf = async (runId: number): Promise<Run> => (await bench.call('runs.get', { projectId, runId })).run
const runFile = (runId: number, name: string): string => path.join(folder, 'runs', String(runId), name)

/** Of guesses that are equally unlikely, any may come first. */
const likely = (guesses: readonly { readonly classId: number; readonly probability: number }[]): unknown => guesses.filter(({ probability }) => probability > 0.01).map(({ classId, probability }) => [classId, probability])

/** The same, with numbers as near as float32 of another order of additions comes. */
const near = (value: unknown): unknown => {
  if (typeof value === 'number') return expect.closeTo(value, 4)
  if (Array.isArray(value)) return value.map(near)
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, near(inside)])) : value
}

/** All that is kept of a run's answers, without what the clock said. */
async function answersOf(runId: number): Promise<object> {
  const { imagesPerSecond: _speed, routing, ...figures } = (await runOf(runId)).evaluation!
  const pages = await Promise.all(classes.map(({ classId }) => bench.call('confusions.images', { projectId, runId, actual: [classId] })))
  return {
    figures,
    allExperts: routing && [routing.allExperts.top1, routing.allExperts.few, routing.expertsUsed],
    images: pages.flatMap((page) => page.images.map(({ imageId, predicted, guesses, experts, expertsAsked }) => ({ imageId, predicted, expertsAsked, guesses: likely(guesses), experts: likely(experts) }))),
  }
}

/** A setting that moves answers, as the mean logits say: else nothing would be tried. */
async function movingDial(runId: number): Promise<Dial> {
  const gentle = [1, 2, 3].map((tau): Dial => ({ tau, mix: -0.5, shares: [{ classId: 2, share: 0.5 }] }))
  const harsh = classes.map(({ classId }): Dial => ({ tau: 0.5, mix: -0.5, shares: [{ classId, share: 1 }] }))
  for (const dial of [...gentle, ...harsh]) {
    const { figures, own } = await bench.call('dial.preview', { projectId, runId, dial })
    if (figures.top1 !== own.top1 || figures.few !== own.few) return dial
  }
  throw new Error('A run whose answers no setting moves shows nothing here.')
}

beforeAll(async () => {
  writeTailedFolder(images, Object.fromEntries(classes.map(({ name, train }) => [name, train])))
  // The validation images once more, in a folder that the project does not know.
  writeTailedFolder(outside, Object.fromEntries(classes.map(({ name }) => [name, 0])))
  projectId = (await bench.call('projects.create', { folder })).id
  await bench.call('images.import', { projectId, folder: images })
  const tail = await bench.call('classes.tail', { projectId })
  expect(tail.classes.map(({ id, name, train }) => ({ name, classId: id, train }))).toEqual(classes)
  const base = await bench.call('runs.start', { projectId, experts: 3, epochs: 4, batchSize: 16, learningRate: 0.05, device: 'cpu' })
  expect(await ended(base)).toMatchObject({ id: 1, status: 'finished', dial: null })
}, 120_000)

afterAll(() => bench.close())

test('a preview is what the kept logits come to, by the labels of now', async () => {
  const dial: Dial = { tau: 1, mix: -0.5, shares: [{ classId: 2, share: 0.5 }] }
  const described = JSON.parse(JSON.parse(readFileSync(runFile(1, 'val.logits.json'), 'utf8')).description) as { images: number[]; experts: number }
  const all = new Float32Array(new Uint8Array(readFileSync(runFile(1, 'val.logits.f32'))).buffer)
  const offsets = logitOffsets(classes, dial)
  const expected = new Map<string, number>()
  const { images: val } = await bench.call('images.list', { projectId, split: 'val', limit: 1000 })
  const label = new Map(val.map(({ id, classId }) => [id, classId]))
  for (const [n, imageId] of described.images.entries()) {
    const logits = Array.from({ length: described.experts }, (_, e) => all.subarray((e * described.images.length + n) * classes.length, (e * described.images.length + n + 1) * classes.length))
    const cell = `${label.get(imageId)} ${bestAdjusted(meanOfFirst(logits, described.experts), 0, offsets) + 1}`
    expected.set(cell, (expected.get(cell) ?? 0) + 1)
  }
  const { matrix, figures, images: counted, leftOut } = await bench.call('dial.preview', { projectId, runId: 1, dial })
  const { cells } = matrix
  expect(new Map(cells.count.map((count, n) => [`${cells.actual[n]} ${cells.predicted[n]}`, count]))).toEqual(expected)
  expect([counted, leftOut]).toEqual([20, 0])
  const recall = new Map(classResults(matrix.classes, cells).map((one) => [one.classId, one.recall!]))
  const field = fieldMix(classes, dial)
  expect(figures.balanced).toBeCloseTo(classes.reduce((sum, { classId }) => sum + recall.get(classId)! / 5, 0))
  expect(figures.expected).toEqual({ accuracy: expect.closeTo(classes.reduce((sum, { classId }, c) => sum + recall.get(classId)! * field[c]!, 0)), covered: expect.closeTo(1) })

  await bench.call('labels.set', { projectId, imageIds: [described.images[0]!], classId: null })
  await bench.call('labels.set', { projectId, imageIds: [described.images[1]!], classId: 5 })
  const moved = await bench.call('dial.preview', { projectId, runId: 1, dial })
  expect([moved.images, moved.leftOut]).toEqual([19, 1])
  expect(moved.matrix.cells).toEqual(cells)
  expect(moved.matrix.moved).toMatchObject({ now: [null, 5], count: [1, 1] })
  const everywhere = { projectId, runId: 1, dial, actual: classes.map(({ classId }) => classId) }
  expect(await bench.call('confusions.images', { ...everywhere, actual: [5] })).toMatchObject({ total: 5 })
  expect(await bench.call('confusions.images', { ...everywhere, actual: [5], labels: 'measured' })).toMatchObject({ total: 4 })
  expect(await bench.call('confusions.images', everywhere)).toMatchObject({ total: 19 })
  await bench.call('labels.undo', { projectId })
  await bench.call('labels.undo', { projectId })
  expect((await bench.call('dial.preview', { projectId, runId: 1, dial })).matrix).toEqual(matrix)

  const own = await bench.call('dial.preview', { projectId, runId: 1, dial: { tau: 0, mix: 0, shares: [] } })
  expect(own.figures).toEqual(own.own)
  expect(own.figures).toMatchObject({ top1: (await runOf(1)).evaluation!.top1, few: (await runOf(1)).evaluation!.few })
})

test('the suggested tau is the best on these images', async () => {
  const { tau, balanced, own, images: counted } = await bench.call('dial.suggest', { projectId, runId: 1 })
  expect(counted).toBe(20)
  expect(balanced).toBeGreaterThanOrEqual(own!)
  const at = await bench.call('dial.preview', { projectId, runId: 1, dial: { tau, mix: 0, shares: [] } })
  expect(at.figures.balanced).toBe(balanced)
  expect(at.own.balanced).toBe(own)
})

test('what is taken for a class that was merged counts for the one that it went into', async () => {
  const neutral: Dial = { tau: 0, mix: 0, shares: [] }
  const asked = { projectId, runId: 1, dial: neutral, actual: [4, 5], predicted: [4] }
  const { total: before } = await bench.call('confusions.images', { ...asked, predicted: [4, 5] })
  await bench.call('classes.merge', { projectId, classIds: [5], intoId: 4 })
  const { own, matrix } = await bench.call('dial.preview', { projectId, runId: 1, dial: neutral })
  expect(matrix.moved.merged).toEqual([{ classId: 5, intoId: 4 }])
  expect((await bench.call('dial.suggest', { projectId, runId: 1 })).own).toBe(own.balanced)
  expect(await bench.call('confusions.images', { ...asked, actual: [4] })).toMatchObject({ total: before })
  await bench.call('labels.undo', { projectId })
})

test('a saved setting is what scoring with it gives, here and elsewhere; and back again', async () => {
  const before = await answersOf(1)
  const dial = await movingDial(1)
  const preview = await bench.call('dial.preview', { projectId, runId: 1, dial })
  const saved = await bench.call('dial.save', { projectId, runId: 1, dial })
  expect(saved).toMatchObject({ dial, evaluation: { top1: preview.figures.top1, few: preview.figures.few } })
  expect(bench.events.slice(-2).map(({ name }) => name)).toEqual(['confusions.changed', 'runs.changed'])
  expect((await bench.call('confusions.matrix', { projectId, runId: 1 })).cells).toEqual(preview.matrix.cells)
  // Images under a setting are those that stand there once it is saved.
  for (const [n, count] of preview.matrix.cells.count.entries()) {
    const cell = { projectId, runId: 1, actual: [preview.matrix.cells.actual[n]!], predicted: [preview.matrix.cells.predicted[n]!] }
    const [stored, turned] = [await bench.call('confusions.images', cell), await bench.call('confusions.images', { ...cell, dial })]
    expect(turned.total).toBe(count)
    const seen = ({ images: shown }: typeof stored): unknown => shown.map(({ imageId, predicted, guesses }) => [imageId, predicted, likely(guesses)]).sort()
    expect(seen(turned)).toEqual(near(seen(stored)))
    const { images: [first] } = await bench.call('confusions.images', { ...cell, dial, limit: 1 })
    expect(await bench.call('confusions.these', { projectId, runId: 1, dial, imageIds: [first!.imageId] })).toEqual([first])
  }

  const kept = await answersOf(1)
  expect(kept).not.toEqual(before)
  const scored = await bench.call('runs.evaluate', { projectId, runId: 1 })
  expect(scored.top1).toBe(preview.figures.top1)
  expect(await answersOf(1)).toEqual(near(kept))
  // The kept logits are the experts' own, whatever the answers are adjusted with.
  expect((await bench.call('dial.preview', { projectId, runId: 1, dial })).own).toEqual(preview.own)

  await bench.call('dial.reset', { projectId, runId: 1 })
  expect(await answersOf(1)).toEqual(near(before))
  expect((await runOf(1)).dial).toBeNull()
  const raw = await bench.call('runs.evaluate', { projectId, runId: 1, folder: outside })
  await bench.call('dial.save', { projectId, runId: 1, dial })
  const there = await bench.call('runs.evaluate', { projectId, runId: 1, folder: outside })
  expect([raw, there].map(({ top1, few }) => [top1, few])).toEqual([preview.own, preview.figures].map(({ top1, few }) => [top1, few]))
  await bench.call('dial.reset', { projectId, runId: 1 })
  await bench.call('runs.evaluate', { projectId, runId: 1 })
  expect(await answersOf(1)).toEqual(near(before))
})

test('neutral is no setting, and shares of strangers are refused', async () => {
  expect(await bench.call('dial.save', { projectId, runId: 1, dial: { tau: 0, mix: 0, shares: [] } })).toMatchObject({ dial: null })
  for (const command of ['dial.preview', 'dial.save'] as const) {
    await expect(bench.call(command, { projectId, runId: 1, dial: { tau: 0, mix: 0, shares: [{ classId: 99, share: 0.5 }] } })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('class 99, which run 1 does not tell apart') })
  }
  await expect(bench.call('dial.preview', { projectId, runId: 1, split: 'train', dial: { tau: 1, mix: 0, shares: [] } })).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('Score it on them first') })
})

test('a model is exported with the setting inside, and weights bring it along', async () => {
  const dial = await movingDial(1)
  await bench.call('dial.save', { projectId, runId: 1, dial })
  for (const format of ['onnx', 'savedmodel'] as const) {
    expect(await bench.call('runs.export', { projectId, runId: 1, file: path.join(bench.place, `adjusted.${format}`), format })).toMatchObject({ verified: { images: 20, flips: 0 } })
  }
  const file = path.join(bench.place, 'adjusted.safetensors')
  await bench.call('runs.export', { projectId, runId: 1, file })
  const imported = await ended(await bench.call('runs.import', { projectId, file, order: 'frequency' }))
  expect(imported).toMatchObject({ status: 'finished', dial, evaluation: { top1: (await runOf(1)).evaluation!.top1 } })
  await bench.call('dial.reset', { projectId, runId: 1 })
})

test('a router decides as before, and answers adjusted', async () => {
  const router = await ended(await bench.call('runs.derive', { projectId, runId: 1, stage: 'router', epochs: 1, batchSize: 16, device: 'cpu' }))
  const before = await answersOf(router.id)
  const dial = await movingDial(router.id)
  const preview = await bench.call('dial.preview', { projectId, runId: router.id, dial })
  const saved = await bench.call('dial.save', { projectId, runId: router.id, dial })
  expect(saved.evaluation).toMatchObject({ top1: preview.figures.top1, expertsUsed: router.evaluation!.expertsUsed })
  const routed = await bench.call('runs.routing', { projectId, runId: router.id })
  expect(routed.find(({ threshold }) => threshold === 0.5)!.top1).toBe(preview.figures.top1)
  const kept = await answersOf(router.id)
  await bench.call('runs.evaluate', { projectId, runId: router.id })
  expect(await answersOf(router.id)).toEqual(near(kept))

  const other = routed.find(({ expertsUsed, threshold }) => threshold !== 0.5 && expertsUsed.all !== saved.evaluation!.expertsUsed)
  if (other) {
    const moved = await bench.call('runs.setThreshold', { projectId, runId: router.id, threshold: other.threshold })
    expect(moved).toMatchObject({ dial, threshold: other.threshold, evaluation: { top1: other.top1 } })
    await bench.call('runs.setThreshold', { projectId, runId: router.id, threshold: 0.5 })
  }
  expect(await bench.call('runs.export', { projectId, runId: router.id, file: path.join(bench.place, 'router.onnx'), format: 'onnx' })).toMatchObject({ verified: { flips: 0 } })
  await bench.call('dial.reset', { projectId, runId: router.id })
  expect(await answersOf(router.id)).toEqual(near(before))
})

test('where what scoring kept is gone, nothing changes and the sentence says what to do', async () => {
  const before = await answersOf(1)
  const file = runFile(1, 'val.logits.f32')
  const whole = readFileSync(file)
  rmSync(file)
  // Whatever is held in memory is of a router by now.
  for (const command of ['dial.preview', 'dial.save'] as const) {
    await expect(bench.call(command, { projectId, runId: 1, dial: { tau: 1, mix: 0, shares: [] } })).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('val.logits.f32, which was kept when run 1 was scored, is gone') })
  }
  writeFileSync(file, whole)
  expect((await runOf(1)).dial).toBeNull()
  expect(await answersOf(1)).toEqual(near(before))
  expect((await bench.call('dial.preview', { projectId, runId: 1, dial: { tau: 1, mix: 0, shares: [] } })).images).toBe(20)
})

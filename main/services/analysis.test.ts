import path from 'node:path'
import * as v from 'valibot'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Evaluation } from '../../shared/contract/runs.ts'
import { RunRequestSchema, configOf, secondStageConfigOf, type RunConfig } from '../../shared/recipe.ts'
import type { StoredPrediction } from '../store/evaluations.ts'
import { saveEvaluation } from '../store/fixtures/atOnce.ts'
import { createRun } from '../store/newRuns.ts'
import { closeStore, openStore } from '../store/open.ts'
import { setDial, setStatus, setThreshold } from '../store/runs.ts'
import type { Db } from '../store/db.ts'
import { openedWorkbench, type OpenedWorkbench } from './fixtures/openedWorkbench.ts'

let bench: OpenedWorkbench
let folder: string
let projectId: string

/** Classes 1 and 2 with 101 and 5 training images; images 1 to 4 of the validation split, two of each. */
beforeEach(async () => {
  bench = openedWorkbench()
  folder = path.join(bench.place, 'project')
  const { id } = await bench.call('projects.create', { folder })
  await bench.call('projects.close', { projectId: id })
  const db = openStore(folder)
  db.exec(`INSERT INTO source (id, folder, added_at) VALUES (1, '/photos', 0)`)
  db.exec(`INSERT INTO class (id, name, folder_name, created_at) VALUES (1, 'cat', 'cat', 0), (2, 'lynx', 'lynx', 0)`)
  for (const classId of [1, 1, 2, 2]) image(db, classId, 'val')
  for (let n = 0; n < 101; n++) image(db, 1, 'train')
  for (let n = 0; n < 5; n++) image(db, 2, 'train')
  closeStore(db)
})
afterEach(() => bench.close())

function image(db: Db, classId: number, split: string): void {
  db.prepare(
    `INSERT INTO image (source_id, path, content_hash, bytes, modified_ms, format, width, height, class_id, split, split_from, added_at)
     SELECT 1, count(*) || '.png', x'00', 1, 0, 'png', 32, 32, ?, ?, 'folder', 0 FROM image`,
  ).run(classId, split)
}

/** Answers to the four images: each expert's, and what they make of them together. */
interface Answers {
  readonly together: readonly number[]
  readonly experts: readonly (readonly number[])[]
  readonly routing?: Evaluation['routing']
}

const evaluation: Evaluation = { split: 'val', images: 4, top1: null, many: null, medium: null, few: null, experts: [], expertsUsed: 1, imagesPerSecond: 1, routing: null, fast: null }
const request = { experts: 3, epochs: 4 }
const recipe = (change: v.InferInput<typeof RunRequestSchema> = {}): RunConfig => configOf(v.parse(RunRequestSchema, { ...request, ...change }))

/** Puts runs on record as scored, then opens the project. */
async function scored(...runs: readonly (readonly [RunConfig, Answers])[]): Promise<void> {
  const db = openStore(folder)
  for (const [config, { together, experts, routing = null }] of runs) {
    const { id } = createRun(db, { config, owner: { pid: 1, started: null }, createdAt: 0 })
    setStatus(db, id, 'finished')
    const predictions = together.map(
      (predicted, n): StoredPrediction => ({ imageId: n + 1, actual: n < 2 ? 1 : 2, predicted, guesses: [[predicted, 1]], experts: experts.map((answers) => [answers[n]!, 1]), expertsAsked: 1 }),
    )
    saveEvaluation(db, id, { ...evaluation, images: together.length, routing }, predictions)
  }
  closeStore(db)
  projectId = (await bench.call('projects.open', { folder })).id
}

const variance = (...runIds: number[]) => bench.call('analysis.variance', { projectId, runIds })

/** After the experts'. */
const kinds = async (runId: number) => (await variance(runId)).answers.slice(3).map((answer) => [answer.kind, answer.runId, answer.top1])

/** A run of one expert. */
const whole = (...together: number[]): Answers => ({ together, experts: [together] })

const three: Answers = { together: [1, 1, 1, 2], experts: [[1, 1, 1, 2], [1, 2, 1, 2], [1, 1, 2, 2]] }

test('over the experts of one run: spreads by group, and what each answer gets', async () => {
  await scored([recipe(), three])
  const { over, members, spreads, answers } = await variance(1)
  expect([over, members]).toEqual(['experts', 3])
  expect(spreads).toEqual([
    { group: 'all', images: 4, error: (0 + 1 / 3 + 2 / 3 + 0) / 4, bias: 1 / 4, variance: 1 / 6 },
    { group: 'many', images: 2, error: 1 / 6, bias: 0, variance: 1 / 6 },
    { group: 'medium', images: 0, error: null, bias: null, variance: null },
    { group: 'few', images: 2, error: 1 / 3, bias: 1 / 2, variance: 1 / 6 },
  ])
  expect(answers.map(({ kind, expert, top1, few }) => [kind, expert, top1, few])).toEqual([
    ['expert', 0, 3 / 4, 1 / 2],
    ['expert', 1, 2 / 4, 1 / 2],
    ['expert', 2, 1, 1],
    ['mean', null, 3 / 4, 1 / 2],
  ])
})

test('a router is told of with the run it was trained on, and with itself', async () => {
  const routing = { threshold: 0.5, measuredAt: 0.5, expertsUsed: { all: 2, many: 2, medium: null, few: 2 }, gigaflops: { all: 1, many: 1, medium: null, few: 1 }, allExperts: { top1: 0.75, many: 1, medium: null, few: 0.5, gigaflops: 2, imagesPerSecond: 1 } }
  const base = recipe()
  const router = secondStageConfigOf(base, 1, { stage: 'router', tauNorm: 1, seed: 0, device: 'auto' })
  await scored([base, three], [router, { together: [1, 1, 2, 2], experts: three.experts, routing }])
  expect(await kinds(1)).toEqual([['mean', 1, 0.75], ['router', 2, 1]])
  expect(await kinds(2)).toEqual([['mean', 2, 0.75], ['router', 2, 1]])
})

test('a router that was scored on other images is told of, and all experts of a router only on the whole split', async () => {
  const routing = { threshold: 0.5, measuredAt: 0.5, expertsUsed: { all: 2, many: 2, medium: null, few: 2 }, gigaflops: { all: 1, many: 1, medium: null, few: 1 }, allExperts: { top1: 0.75, many: 1, medium: null, few: 0.5, gigaflops: 2, imagesPerSecond: 1 } }
  const bases = [recipe({ seed: 0 }), recipe({ seed: 1 })]
  const routers = bases.map((base, n) => secondStageConfigOf(base, n + 1, { stage: 'router', tauNorm: 1, seed: 0, device: 'auto' }))
  const all: Answers = { together: [1, 1, 2, 2], experts: three.experts, routing }
  const fewer: Answers = { together: [1, 1, 2], experts: three.experts, routing: { ...routing, allExperts: { ...routing.allExperts, top1: 1 } } }
  await scored([bases[0]!, three], [bases[1]!, three], [routers[0]!, fewer], [routers[1]!, all])
  expect((await variance(1)).otherRouters).toEqual([3])
  expect((await variance(2)).otherRouters).toEqual([])
  expect((await variance(1, 2)).otherRouters).toEqual([3])
  // Of router 4 the mean is known on its four images, and three are compared.
  const { answers } = await variance(3, 4)
  expect(answers.filter(({ expert }) => expert === null).map(({ kind, runId }) => [kind, runId])).toEqual([['mean', 3], ['router', 3], ['router', 4]])
})

test('more answers than memory can be trusted with are refused before they are read', async () => {
  await scored([recipe(), three])
  const db = openStore(folder)
  db.exec('UPDATE evaluation SET images = 1000000000')
  closeStore(db)
  await expect(variance(1)).rejects.toThrow('These runs gave 4000000000 answers together')
})

test('over runs of several seeds: their answers as a whole, on the images that all of them were scored on', async () => {
  await scored([recipe({ seed: 0 }), whole(1, 1, 1, 2)], [recipe({ seed: 1, device: 'cpu' }), whole(1, 1, 2, 1)], [recipe({ seed: 2 }), whole(1, 2, 1)])
  const { over, members, spreads } = await variance(1, 2, 3)
  expect([over, members]).toEqual(['runs', 3])
  expect(spreads[0]).toEqual({ group: 'all', images: 3, error: (0 + 1 / 3 + 2 / 3) / 3, bias: 1 / 3, variance: (0 + 1 / 3 + 1 / 3) / 3 })
})

test('runs that more than a seed sets apart are refused in a sentence', async () => {
  const answers = whole(1, 1, 2, 2)
  const base = recipe({ seed: 0 })
  await scored([base, answers], [recipe({ seed: 1, learningRate: 0.02, loss: 'ce' }), answers], [recipe({ seed: 0 }), answers], [recipe({ seed: 9 }), answers], [recipe({ seed: 1, backbone: 'resnet10', head: 'linear' }), answers])
  await expect(variance(1, 2)).rejects.toThrow(/Runs 1 and 2 differ in .*loss.*learning rate/)
  await expect(variance(1, 5)).rejects.toThrow('Runs 1 and 5 differ in backbone, classifier: variance')
  await expect(variance(1, 3)).rejects.toThrow(/Runs 1 and 3 have the same seed, 0/)
  await expect(variance(1)).rejects.toThrow(/Run 1 has one expert/)
  await expect(variance(7)).rejects.toThrow(/no run 7/)
  await expect(variance(1, 1)).rejects.toThrow(/Run 1 has one expert/)
  await expect(bench.call('analysis.variance', { projectId, runIds: [1], split: 'test' })).rejects.toThrow(/not scored on test images/)
  expect((await variance(1, 4)).members).toBe(2)
})

test('second stages are alike where the runs that they stand on are', async () => {
  const answers = whole(1, 1, 2, 2)
  const bases = [recipe({ seed: 0 }), recipe({ seed: 1 }), recipe({ seed: 2, epochs: 9 })]
  const stages = bases.map((base, n) => secondStageConfigOf(base, n + 1, { stage: 'crt', tauNorm: 1, seed: 0, device: 'auto' }))
  await scored(...[...bases, ...stages].map((config) => [config, answers] as const))
  expect((await variance(4, 5)).members).toBe(2)
  await expect(variance(4, 6)).rejects.toThrow(/Runs 4 and 6 differ in .*epochs of the run they stand on/)
})

test('runs that were not trained as far, or routers at another threshold or adjusted otherwise, are refused', async () => {
  const answers = whole(1, 1, 2, 2)
  const bases = [recipe({ seed: 0 }), recipe({ seed: 1 }), recipe({ seed: 2 })]
  const routers = bases.slice(0, 2).map((base, n) => secondStageConfigOf(base, n + 1, { stage: 'router', tauNorm: 1, seed: 0, device: 'auto' }))
  await scored(...[...bases, ...routers].map((config) => [config, answers] as const))
  expect((await variance(4, 5)).members).toBe(2)
  const db = openStore(folder)
  db.exec('UPDATE run SET epochs_done = 2 WHERE id = 2; UPDATE run SET threshold = 0.25 WHERE id = 5')
  setStatus(db, 3, 'stopped')
  await expect(variance(1, 2)).rejects.toThrow(/Runs 1 and 2 differ in how far they were trained:/)
  await expect(variance(1, 3)).rejects.toThrow(/Runs 1 and 3 differ in how far they were trained:/)
  await expect(variance(4, 5)).rejects.toThrow(/differ in threshold/)
  setThreshold(db, 5, 0.5)
  setDial(db, 5, { tau: 1, mix: 0, shares: [] })
  closeStore(db)
  await expect(variance(4, 5)).rejects.toThrow(/how their answers are adjusted:/)
})

test('runs whose training images are not the same are refused', async () => {
  await scored([recipe({ seed: 0 }), three])
  await bench.call('projects.close', { projectId })
  const db = openStore(folder)
  db.exec("UPDATE image SET class_id = 2 WHERE id = (SELECT min(id) FROM image WHERE split = 'train')")
  closeStore(db)
  await scored([recipe({ seed: 1 }), three])
  await expect(variance(1, 2)).rejects.toThrow(/Runs 1 and 2 differ in their training images/)
})

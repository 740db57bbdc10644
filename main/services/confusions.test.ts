import path from 'node:path'
import * as v from 'valibot'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cellsNow, classResults } from '../../shared/confusions.ts'
import { RunRequestSchema, configOf } from '../../shared/recipe.ts'
import type { Db } from '../store/db.ts'
import type { StoredPrediction } from '../store/evaluations.ts'
import { saveEvaluation } from '../store/fixtures/atOnce.ts'
import { createRun } from '../store/newRuns.ts'
import { closeStore, openStore } from '../store/open.ts'
import { openedWorkbench, type OpenedWorkbench } from './fixtures/openedWorkbench.ts'

const [cat, lynx, wolf] = [1, 2, 3]
let bench: OpenedWorkbench
let scored: { readonly projectId: string; readonly runId: number }

/** What the three experts answer to images 1 to 6, and what they answer together; each is surer than the one before. */
const answers: readonly (readonly [actual: number, together: number, ...experts: number[]])[] = [
  [cat, cat, cat, cat, cat],
  [cat, lynx, lynx, lynx, lynx],
  [cat, lynx, lynx, cat, lynx],
  [lynx, cat, cat, cat, cat],
  [lynx, cat, lynx, cat, cat],
  [lynx, lynx, lynx, lynx, cat],
]

/** Cats, lynxes and wolves with 101, 5 and no training images: the run does not know the wolf. */
beforeEach(async () => {
  bench = openedWorkbench()
  const folder = path.join(bench.place, 'project')
  const { id } = await bench.call('projects.create', { folder })
  await bench.call('projects.close', { projectId: id })
  const db = openStore(folder)
  db.exec(`INSERT INTO source (id, folder, added_at) VALUES (1, '/photos', 0)`)
  db.exec(`INSERT INTO class (id, name, folder_name, created_at) VALUES (1, 'cat', 'cat', 0), (2, 'lynx', 'lynx', 0), (3, 'wolf', 'wolf', 0)`)
  for (const [actual] of answers) image(db, actual, 'val')
  for (let n = 0; n < 101; n++) image(db, cat, 'train')
  for (let n = 0; n < 5; n++) image(db, lynx, 'train')
  const run = createRun(db, { config: configOf(v.parse(RunRequestSchema, { experts: 3 })), owner: { pid: 1, started: null }, createdAt: 0 })
  const accuracy = { top1: null, many: null, medium: null, few: null }
  const predictions = answers.map(
    ([actual, predicted, ...experts], n): StoredPrediction => ({ imageId: n + 1, actual, predicted, guesses: [[predicted, 0.5 + n / 100]], experts: experts.map((classId) => [classId, 0.5]), expertsAsked: n < 2 ? 2 : 3 }),
  )
  saveEvaluation(db, run.id, { split: 'val', images: answers.length, ...accuracy, experts: [], expertsUsed: 3, imagesPerSecond: 1, routing: null, fast: null }, predictions)
  closeStore(db)
  const project = await bench.call('projects.open', { folder })
  scored = { projectId: project.id, runId: run.id }
})
afterEach(() => bench.close())

function image(db: Db, classId: number, split: string): void {
  db.prepare(
    `INSERT INTO image (source_id, path, content_hash, bytes, modified_ms, format, width, height, class_id, split, split_from, added_at)
     SELECT 1, count(*) || '.png', x'00', 1, 0, 'png', 32, 32, ?, ?, 'folder', 0 FROM image`,
  ).run(classId, split)
}

const relabel = (imageIds: number[], classId: number | null) => bench.call('labels.set', { projectId: scored.projectId, imageIds, classId })

test('the matrix is what was measured, with what moved since beside it', async () => {
  const { classes, cells, moved } = await bench.call('confusions.matrix', scored)
  expect(classes).toEqual([
    { classId: cat, name: 'cat', train: 101, group: 'many' },
    { classId: lynx, name: 'lynx', train: 5, group: 'few' },
  ])
  expect(cells).toEqual({ actual: [cat, cat, lynx, lynx], predicted: [cat, lynx, cat, lynx], count: [1, 2, 2, 1] })
  expect(moved.count).toEqual([])

  await relabel([2, 3], lynx)
  await relabel([4], wolf)
  await relabel([5], null)
  const since = await bench.call('confusions.moved', scored)
  const now = cellsNow(cells, since, classes)
  expect(now).toMatchObject({ moved: 4, unlabelled: 1, unknown: 1 })
  expect(classResults(classes, now.cells)).toMatchObject([{ support: 1, recall: 1, predicted: 1 }, { support: 3, correct: 3, recall: 1, precision: 1 }])
  expect((await bench.call('confusions.matrix', scored)).moved).toEqual(since)
})

test('cells and their images are of now, or as measured where it is asked for', async () => {
  await relabel([2], lynx)
  const errors = async (labels?: 'measured') => (await bench.call('confusions.cells', { ...scored, ...(labels && { labels }) })).map(({ actualName, predictedName, count, support }) => `${actualName} for ${predictedName}: ${count} of ${support}`)
  expect(await errors()).toEqual(['lynx for cat: 2 of 4', 'cat for lynx: 1 of 2'])
  expect(await errors('measured')).toEqual(['lynx for cat: 2 of 3', 'cat for lynx: 2 of 3'])

  const now = await bench.call('confusions.images', { ...scored, actual: [lynx], predicted: [lynx] })
  expect(now).toMatchObject({ total: 2, images: [{ imageId: 6 }, { imageId: 2, actual: cat, classId: lynx, expertsAsked: 2, guesses: [{ classId: lynx, probability: 0.51 }] }] })
  expect(await bench.call('confusions.images', { ...scored, labels: 'measured', actual: [cat], predicted: [lynx] })).toMatchObject({ total: 2 })
  expect(await bench.call('confusions.these', { ...scored, imageIds: [3, 99, 2] })).toMatchObject([{ imageId: 3, classId: cat }, { imageId: 2, classId: lynx }])
})

test('the lens tells which expert was right, how far they are apart, and how many were asked', async () => {
  expect(await bench.call('confusions.lens', scored)).toEqual([
    { classId: cat, images: 3, right: 1, apart: 1, pairsApart: 2, anotherRight: 1, allWrong: 1, expertRight: [1, 2, 1], lastAsked: [0, 2, 1] },
    { classId: lynx, images: 3, right: 1, apart: 2, pairsApart: 4, anotherRight: 1, allWrong: 1, expertRight: [2, 1, 0], lastAsked: [0, 0, 3] },
  ])
  expect(await bench.call('confusions.lens', { ...scored, actual: [cat], predicted: [lynx] })).toMatchObject([{ classId: cat, images: 2, right: 0, anotherRight: 1, allWrong: 1 }])

  await relabel([2], lynx)
  await relabel([5], null)
  expect(await bench.call('confusions.lens', scored)).toMatchObject([{ classId: cat, images: 2, allWrong: 0 }, { classId: lynx, images: 3, right: 2, anotherRight: 0, expertRight: [2, 2, 1] }])
  expect(await bench.call('confusions.lens', { ...scored, labels: 'measured' })).toMatchObject([{ images: 3 }, { images: 3 }])
})

const listed = async (kind: 'anotherRight' | 'allWrong' | 'moved', of: { actual?: number[] } = {}) => {
  const { total, images } = await bench.call('confusions.listed', { ...scored, ...of, listed: kind })
  expect(images).toHaveLength(total)
  return images.map(({ imageId }) => imageId)
}

test('what stands out is listed with the surest mistake first, by the labels of now', async () => {
  expect(await listed('anotherRight')).toEqual([5, 3])
  expect(await listed('allWrong')).toEqual([4, 2])
  expect(await listed('allWrong', { actual: [cat] })).toEqual([2])
  await relabel([2], lynx)
  await relabel([5], null)
  await relabel([6], cat)
  expect(await listed('anotherRight')).toEqual([6, 3])
  expect(await listed('allWrong')).toEqual([4])
  expect(await listed('moved')).toEqual([6, 5, 2])
})

test('answers of a class that was merged count as those of the one that it went into, until that is taken back; as measured they stay', async () => {
  const { projectId, runId } = scored
  const seen = async (labels: 'now' | 'measured') => {
    const outcome = async (of: 'right' | 'wrong' | 'rescued' | 'agreed') => (await bench.call('images.list', { projectId, run: { runId, split: 'val' }, outcome: of })).images.map(({ id }) => id)
    return {
      errors: (await bench.call('confusions.cells', { ...scored, labels })).map(({ actual, predicted, count }) => [actual, predicted, count]),
      taken: await Promise.all([cat, lynx].map(async (predicted) => (await bench.call('confusions.images', { ...scored, labels, actual: [cat, lynx], predicted: [predicted] })).total)),
      lens: (await bench.call('confusions.lens', { ...scored, labels })).map(({ classId, images, right, anotherRight, allWrong, expertRight }) => ({ classId, images, right, anotherRight, allWrong, expertRight })),
      listed: labels === 'now' ? [await listed('anotherRight'), await listed('allWrong')] : [],
      outcomes: labels === 'now' ? await Promise.all((['right', 'wrong', 'rescued', 'agreed'] as const).map(outcome)) : [],
    }
  }
  const [before, measured] = [await seen('now'), await seen('measured')]
  await bench.call('classes.merge', { projectId, classIds: [lynx], intoId: cat })
  expect(await seen('now')).toEqual({
    errors: [],
    taken: [6, 0],
    lens: [{ classId: cat, images: 6, right: 6, anotherRight: 0, allWrong: 0, expertRight: [6, 6, 6] }],
    listed: [[], []],
    outcomes: [[1, 2, 3, 4, 5, 6], [], [], []],
  })
  expect(await seen('measured')).toEqual(measured)
  await bench.call('labels.undo', { projectId })
  expect(await seen('now')).toEqual(before)
})

test('what was not scored is not found', async () => {
  await expect(bench.call('confusions.lens', { ...scored, runId: 9 })).rejects.toMatchObject({ code: 'not-found', message: 'This project has no run 9.' })
  await expect(bench.call('confusions.listed', { ...scored, split: 'test', listed: 'moved' })).rejects.toMatchObject({ message: expect.stringContaining('It was on val images') })
})

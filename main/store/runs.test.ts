import Sqlite from 'better-sqlite3'
import * as v from 'valibot'
import { beforeEach, expect, test } from 'vitest'
import type { Epoch } from '../../shared/contract/runs.ts'
import { RunRequestSchema, configOf } from '../../shared/recipe.ts'
import { cellImages, idsNowSql, imagesSql, measuredIdsSql } from './cellImages.ts'
import { cells, cellsSql, movedSql } from './confusions.ts'
import { atOnce, type Db } from './db.ts'
import { evaluationOf, scoringOf, type StoredPrediction } from './evaluations.ts'
import { replaceAnswers, saveEvaluation, setLabels } from './fixtures/atOnce.ts'
import { migrate } from './migrate.ts'
import { createRun } from './newRuns.ts'
import { epochsOf, frozenImages, listRuns, ownedRuns, presentImages, runById, runClasses, saveEpoch, setDial, setMeasured, setStatus, trainableCounts, type PresentImage } from './runs.ts'

const config = configOf(v.parse(RunRequestSchema, { epochs: 3, experts: 2 }))
const present = (id: number, split: 'train' | 'val'): PresentImage[] => atOnce(db, presentImages(db, id, split))
const owner = { pid: 1, started: '7' }
let db: Db

/** Classes 1 to 4 named a to d with 6, 3, 3 and 0 training images, and two validation images each. */
beforeEach(() => {
  db = new Sqlite(':memory:')
  db.pragma('foreign_keys = ON')
  migrate(db, '')
  db.exec(`INSERT INTO source (id, folder, added_at) VALUES (1, '/photos', 0)`)
  for (const [n, train] of [6, 3, 3, 0].entries()) {
    const name = 'abcd'[n]!
    db.prepare('INSERT INTO class (id, name, folder_name, created_at) VALUES (?, ?, ?, 0)').run(n + 1, name, name)
    for (let i = 0; i < train; i++) image(n + 1, 'train')
    for (let i = 0; i < 2; i++) image(n + 1, 'val')
  }
})

function image(classId: number | null, split: string): number {
  const { total } = db.prepare('SELECT count(*) AS total FROM image').get() as { total: number }
  const inserted = db
    .prepare(
      `INSERT INTO image (source_id, path, content_hash, bytes, modified_ms, format, width, height, class_id, split, split_from, added_at)
       VALUES (1, ?, x'00', 1, 0, 'png', 32, 32, ?, ?, 'folder', 0)`,
    )
    .run(`${total}.png`, classId, split)
  return Number(inserted.lastInsertRowid)
}

const epoch = (n: number, loss = 1): Epoch => ({ epoch: n, learningRate: 0.1, loss, top1: 0.5, many: null, medium: null, few: 0.5, experts: [0.4, null], imagesPerSecond: 10, seconds: 2 })

test('a run keeps the classes that can be trained, head first, and their images as they were', () => {
  image(null, 'train')
  expect(trainableCounts(db)).toEqual({ images: 21, labelled: 20, classes: 3, train: 12 })
  const run = createRun(db, { config, owner, createdAt: 5 })
  expect(run).toMatchObject({ id: 1, name: 'Run 1', status: 'preparing', classes: 3, trainImages: 12, valImages: 6, epochsDone: 0, createdAt: 5, evaluation: null, config })
  expect(runClasses(db, run.id).map(({ name, train }) => [name, train])).toEqual([['a', 6], ['b', 3], ['c', 3]])

  const before = frozenImages(db, run.id, 'train')
  db.exec('UPDATE image SET class_id = 2 WHERE id = 1')
  db.exec('UPDATE image SET missing = 1 WHERE id = 2')
  expect(frozenImages(db, run.id, 'train')).toEqual(before)
  expect(before.map(({ position }) => position)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
  expect(present(run.id, 'train').slice(0, 2)).toEqual([{ imageId: 1, position: 1, path: '0.png', className: 'b', trained: 1 }, { imageId: 3, position: 0, path: '2.png', className: 'a', trained: 1 }])
  expect(present(run.id, 'val').map(({ position }) => position)).toEqual([0, 0, 1, 1, 2, 2, null, null])
  db.exec("UPDATE image SET split = 'val' WHERE id = 1")
  expect(present(run.id, 'val').map(({ trained }) => trained)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0])
})

test('an epoch trained anew replaces itself and those after it', () => {
  const { id } = createRun(db, { config, owner, createdAt: 0 })
  for (const n of [1, 2, 3]) saveEpoch(db, id, epoch(n))
  saveEpoch(db, id, epoch(2, 0.25))
  expect(epochsOf(db, id)).toEqual([epoch(1), epoch(2, 0.25)])
  expect(runById(db, id)!.epochsDone).toBe(2)
})

test('status, owner and measurements', () => {
  const { id } = createRun(db, { config, owner, createdAt: 0 })
  expect(ownedRuns(db)).toEqual([{ id, owner }])
  setMeasured(db, id, { seconds: 3, imagesPerSecond: 50, peakMemoryBytes: 900, device: 'CPU', tensorflow: '2.21.0' })
  setMeasured(db, id, { seconds: 4, peakMemoryBytes: 100 })
  setStatus(db, id, 'failed', { failure: { code: 'diverged', message: 'The loss is no number.' } })
  expect(ownedRuns(db)).toEqual([])
  expect(runById(db, id)).toMatchObject({ status: 'failed', failure: 'The loss is no number.', failureCode: 'diverged', seconds: 4, imagesPerSecond: 50, peakMemoryBytes: 900, device: 'CPU' })
  createRun(db, { config, owner, createdAt: 0 })
  expect(listRuns(db).map((run) => run.id)).toEqual([2, 1])
})

const prediction = (imageId: number, actual: number, predicted: number): StoredPrediction => ({
  imageId,
  actual,
  predicted,
  guesses: [[predicted, 0.75], [actual, 0.25]],
  experts: [[predicted, 0.8], [actual, 0.5]],
  expertsAsked: 2,
})
const accuracy = { top1: 0.5, many: null, medium: null, few: 0.5 }
const evaluation = { split: 'val' as const, images: 6, ...accuracy, experts: [accuracy, accuracy], expertsUsed: 2, imagesPerSecond: 100, routing: null, fast: null }

function scoredRun(): number {
  const { id } = createRun(db, { config, owner, createdAt: 0 })
  const [a1, a2, b1, b2, c1, c2] = frozenImages(db, id, 'val').map(({ imageId }) => imageId)
  saveEvaluation(db, id, evaluation, [prediction(a1!, 1, 2), prediction(a2!, 1, 2), prediction(b1!, 2, 1), prediction(b2!, 2, 3), prediction(c1!, 3, 1), prediction(c2!, 3, 1)])
  return id
}

test('an evaluation is kept whole, and scoring again replaces it', () => {
  const runId = scoredRun()
  expect(evaluationOf(db, runId, 'val')).toEqual(evaluation)
  expect(evaluationOf(db, runId, 'test')).toBeUndefined()
  expect(runById(db, runId)!).toMatchObject({ evaluation, scored: ['val'] })
  const [first] = frozenImages(db, runId, 'val')
  saveEvaluation(db, runId, { ...evaluation, images: 1 }, [prediction(first!.imageId, 1, 1)])
  expect(cells(db, { runId, split: 'val' })).toEqual({ actual: [1], predicted: [1], count: [1] })
  expect(cellImages(db, { runId, split: 'val' }, { actual: [1] }, 'now', { limit: 10, offset: 0 }).total).toBe(1)
})

test('other answers to the same images leave what was measured, and figures of a narrower type to the setting that they were measured under', () => {
  const { id } = createRun(db, { config, owner, createdAt: 0 })
  const [first] = frozenImages(db, id, 'val')
  const fast = { type: 'bfloat16' as const, imagesPerSecond: 200, exactImagesPerSecond: 100, flips: 1, ...accuracy }
  saveEvaluation(db, id, { ...evaluation, images: 1, fast }, [prediction(first!.imageId, 1, 1)], 'word')
  expect(evaluationOf(db, id, 'val')!.fast).toEqual(fast)

  setDial(db, id, { tau: 0.3, mix: -0.1, shares: [{ classId: 1, share: 0.1 }] })
  replaceAnswers(db, id, { ...evaluation, images: 1, top1: 0, imagesPerSecond: 7 }, [prediction(first!.imageId, 1, 2)])
  expect(evaluationOf(db, id, 'val')).toEqual({ ...evaluation, images: 1, top1: 0, fast: null })
  expect(scoringOf(db, id, 'val')).toBe('word')
  expect(cells(db, { runId: id, split: 'val' })).toEqual({ actual: [1], predicted: [2], count: [1] })
  expect(runById(db, id)!.dial).toEqual({ tau: 0.3, mix: -0.1, shares: [{ classId: 1, share: 0.1 }] })

  setDial(db, id, null)
  expect(evaluationOf(db, id, 'val')!.fast).toEqual(fast)
  db.exec(`UPDATE run SET dial = '{"tau":9}' WHERE id = ${id}`)
  expect(() => runById(db, id)).toThrow(/adjustment of run \d+ was altered by another program/)
})

test('a run of a folder without validation images tells that its test images are scored', () => {
  const { id } = createRun(db, { config, owner, createdAt: 0 })
  expect(runById(db, id)!.scored).toEqual([])
  const imageId = image(1, 'test')
  saveEvaluation(db, id, { ...evaluation, split: 'test', images: 1 }, [prediction(imageId, 1, 2)])
  expect(runById(db, id)!).toMatchObject({ evaluation: null, scored: ['test'] })
  saveEvaluation(db, id, evaluation, [])
  expect(runById(db, id)!.scored).toEqual(['val', 'test'])
})

test('an evaluation that cannot be written whole leaves the old one', () => {
  const runId = scoredRun()
  expect(() => saveEvaluation(db, runId, { ...evaluation, images: 1 }, [prediction(99, 1, 1)])).toThrow(/FOREIGN KEY/)
  expect(evaluationOf(db, runId, 'val')).toEqual(evaluation)
  expect(cells(db, { runId, split: 'val' }).count).toHaveLength(4)
})

test('a cell shows its images with every guess, a page at a time', () => {
  const scored = { runId: scoredRun(), split: 'val' as const }
  const page = { limit: 10, offset: 0 }
  const { total, images } = cellImages(db, scored, { actual: [1], predicted: [2] }, 'now', { limit: 1, offset: 0 })
  expect(total).toBe(2)
  expect(images).toEqual([{ ...prediction(7, 1, 2), path: '6.png', version: '00', classId: 1 }])
  expect(cellImages(db, scored, { actual: [2] }, 'now', { limit: 10, offset: 1 })).toMatchObject({ total: 2, images: [{ predicted: 3 }] })
  expect(cellImages(db, scored, { actual: [3], predicted: [2] }, 'now', page)).toEqual({ total: 0, images: [] })
  expect(cellImages(db, scored, { actual: [1, 3], predicted: [1, 2] }, 'now', page).total).toBe(4)
})

test('an image stands in the cell of its label of now, and in that of then where it is asked for', () => {
  const scored = { runId: scoredRun(), split: 'val' as const }
  const page = { limit: 10, offset: 0 }
  setLabels(db, [7], 2)
  expect(cellImages(db, scored, { actual: [1], predicted: [2] }, 'now', page)).toMatchObject({ total: 1, images: [{ imageId: 8 }] })
  expect(cellImages(db, scored, { actual: [2], predicted: [2] }, 'now', page)).toMatchObject({ total: 1, images: [{ imageId: 7, actual: 1, classId: 2 }] })
  expect(cellImages(db, scored, { actual: [1], predicted: [2] }, 'measured', page)).toMatchObject({ total: 2, images: [{ imageId: 7 }, { imageId: 8 }] })
})

const page = { limit: 9, offset: 0 }
const cellIndex = /SEARCH prediction USING COVERING INDEX prediction_by_cell \(run_id=\? AND split=\? AND actual=\? AND predicted=\?\)/
const classIndex = /SEARCH prediction USING COVERING INDEX prediction_by_cell \(run_id=\? AND split=\? AND actual=\?\)/
test.each([
  ['the matrix', cellsSql, {}, /SEARCH confusion USING PRIMARY KEY \(run_id=\? AND split=\?\)/],
  ['what moved', movedSql, {}, /SEARCH prediction USING (PRIMARY KEY|COVERING INDEX prediction_by_image) \(run_id=\? AND split=\? AND image_id=\?\)/],
  ['the images of a cell as measured', measuredIdsSql(true), { actual: '[1]', predicted: '[2]', ...page }, cellIndex],
  ['the images of a class as measured', measuredIdsSql(false), { actual: '[1]', ...page }, classIndex],
  ['the images of a cell', idsNowSql(true), { actual: '[1]', predicted: '[2]', ...page }, cellIndex],
  ['the images of a class', idsNowSql(false), { actual: '[1]', ...page }, classIndex],
  ['what was answered to images', imagesSql, { imageIds: '[1]' }, /SEARCH prediction USING PRIMARY KEY \(run_id=\? AND split=\? AND image_id=\?\)/],
])('%s is read through an index, never by walking through all or by sorting', (_what, query, parameters, expected) => {
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${query}`).all({ runId: 1, split: 'val', ...parameters }) as { detail: string }[]
  const details = plan.map(({ detail }) => detail).join('\n')
  expect(details).toMatch(expected)
  // What is walked through is what the person asked for, and the few images that were touched since.
  expect(details).not.toMatch(/SCAN (?!json_each|wanted|touched|away)/)
  expect(details).not.toMatch(/TEMP B-TREE FOR ORDER BY/)
})

test.each(['{}', '[]', 'null', JSON.stringify({ ...config, imageSize: 7 }), JSON.stringify({ ...config, scale: null }), JSON.stringify({ ...config, epochs: 1.5 })])('the configuration %s is not taken from a run', (altered) => {
  const { id } = createRun(db, { config, owner, createdAt: 5 })
  db.prepare('UPDATE run SET config = ? WHERE id = ?').run(altered, id)
  expect(() => runById(db, id)).toThrow(expect.objectContaining({ code: 'damaged', message: expect.stringContaining(`run ${id}`) }))
})

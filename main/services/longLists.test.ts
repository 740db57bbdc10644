/** Lists of more images than are read at a time, while others write. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Evaluation } from '../../shared/contract/runs.ts'
import { classOfFolder } from '../store/classes.ts'
import { atOnce, column, type Db } from '../store/db.ts'
import { saveEvaluation, setLabels } from '../store/fixtures/atOnce.ts'
import { saveGuesses } from '../store/guesses.ts'
import { createStore } from '../store/open.ts'
import { insertProject } from '../store/projects.ts'
import { settingSplits } from '../store/splits.ts'
import { presentOf } from './columnSets.ts'
import { openImageLists, type ImageLists } from './imageLists.ts'
import { openProjects, type OpenProject, type Projects } from './projects.ts'

const images = 12_000
const scored = { runId: 1, split: 'val' } as const
const id = '5d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d'
const place = mkdtempSync(path.join(tmpdir(), 'ride-long-lists-'))
let projects: Projects
let project: OpenProject
let lists: ImageLists

const answer = (imageId: number) => ({ imageId, guesses: [[1, imageId % 2 ? 0.5 : 0.25] as const], experts: [[1, 0.5] as const], expertsAsked: 1 })

/** Two of three are of the first class; all were taken in one of three seconds, and guessed with one of two confidences. */
function fill(db: Db): void {
  insertProject(db, { id, name: 'long', createdAt: 0 })
  for (const name of ['lynx', 'otter']) classOfFolder(db, name, 0)
  db.exec(`
    INSERT INTO source (id, folder, added_at) VALUES (1, '/one', 0), (2, '/two', 0);
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${images})
      INSERT INTO image (source_id, path, content_hash, bytes, modified_ms, format, width, height, class_id, split, split_from, missing, added_at, taken_at)
      SELECT 1 + n % 2, printf('%05d.png', ${images} - n), randomblob(32), 1, 1, 'png', 1, 1, iif(n % 3, 1, 2), iif(n % 6 < 5, 'val', 'train'), 'folder', n % 50 = 0, 0, iif(n % 4, n % 3, NULL) FROM number;
    INSERT INTO run (id, name, status, config, train_images, val_images, created_at) VALUES (1, 'run', 'finished', '{}', 1, 1, 0)`)
  const figures = { split: 'val', images: 1, top1: 0.5, many: null, medium: null, few: null, experts: [], expertsUsed: 1, imagesPerSecond: 1, routing: null, fast: null } satisfies Evaluation
  const val = db.prepare("SELECT id, class_id AS actual FROM image WHERE split = 'val'").all() as { id: number; actual: number }[]
  saveEvaluation(db, 1, figures, val.map(({ id: imageId, actual }) => Object.assign(answer(imageId), { actual, predicted: 1 })))
  saveGuesses(db, 1, Array.from({ length: 6000 }, (_, n) => answer(2 * n + 1)))
}

beforeAll(() => createStore(place, fill))
afterAll(() => rmSync(place, { recursive: true, force: true }))
beforeEach(() => {
  projects = openProjects()
  lists = openImageLists(projects)
  project = projects.open(place)
})
afterEach(() => projects.close(project))

const chosen = (where: string, order = 'id'): number[] => column<number>(project.db, `SELECT id FROM image WHERE ${where} ORDER BY ${order}`)
const listed = async (query: Parameters<ImageLists['of']>[1]): Promise<number[]> => [...(await lists.of(project, query))]

test('filters and orders reach over any number of pages', async () => {
  expect(await listed({ split: 'val', sort: 'added' })).toEqual(chosen("split = 'val'"))
  expect(await listed({ classId: 1, missing: true, sort: 'newest' })).toEqual(chosen('class_id = 1 AND missing = 1', 'id DESC'))
  expect(await listed({ outcome: 'wrong', run: scored, sort: 'added' })).toEqual(chosen("split = 'val' AND class_id = 2"))
  expect(await listed({ sort: 'name' })).toEqual(chosen('true', 'source_id, path'))
  expect(await listed({ sort: 'taken' })).toEqual(chosen('true', 'taken_at DESC, iif(taken_at IS NULL, id, -id)'))
  expect(await listed({ sort: 'class' })).toEqual(chosen('true', 'class_id, split, missing, id'))
  const sureness = 'SELECT image_id, min(confidence) AS confidence FROM (SELECT image_id, confidence FROM prediction UNION ALL SELECT image_id, confidence FROM guess) GROUP BY image_id'
  const bySureness = column<number>(project.db, `SELECT id FROM image LEFT JOIN (${sureness}) ON image_id = id ORDER BY coalesce(confidence, 1), id`)
  expect(await listed({ sort: 'confidence', run: scored })).toEqual(bySureness)
})

test('a name is found wherever it stands, and no two names together are taken for one', async () => {
  for (const part of ['00000', '11999.PNG', '4999', '04', 'png', '.png0']) {
    expect(await listed({ search: part, sort: 'added' }), part).toEqual(chosen(`instr(path, '${part.toLowerCase()}') > 0`))
  }
  expect(await listed({ search: 'png\0', sort: 'added' })).toEqual([])
})

test('labels and splits that are changed while a list is read are in it', async () => {
  const reading = listed({ classId: 2, split: 'train', sort: 'added' })
  setLabels(project.db, Array.from({ length: 7000 }, (_, n) => n + 1), 2)
  atOnce(project.db, settingSplits(project.db, [1, 2, 11_999], 'train'))
  expect(await reading).toEqual(chosen("class_id = 2 AND split = 'train'"))
  expect((await reading).slice(0, 2)).toEqual([1, 2])
  expect(await listed({ outcome: 'wrong', run: scored, sort: 'added' })).toEqual(chosen("class_id = 2 AND id IN (SELECT image_id FROM prediction)"))
})

test('images are counted as they are labelled and split by now', async () => {
  await lists.counts(project)
  setLabels(project.db, [1, 2, 3, 50, 51], null)
  const counts = await lists.counts(project)
  const counted = project.db.prepare("SELECT coalesce(class_id, 0) AS classId, sum(split = 'train') AS train, sum(split = 'val') AS val, sum(split = 'test') AS test FROM image WHERE missing = 0 GROUP BY 1").all() as { classId: number }[]
  expect(counted.map(({ classId }) => Object.assign({ classId }, presentOf(counts, classId)))).toEqual(counted)
  expect(counts.missing).toBe(images / 50)
})

test('a project closes while its lists are read, and those who asked are told', async () => {
  const asked = [listed({ sort: 'name' }), listed({ outcome: 'wrong', run: scored, sort: 'confidence' }), listed({ search: '1', sort: 'taken' })]
  const told = Promise.allSettled(asked)
  lists.readAhead('projects.changed', { projectId: id })
  await projects.close(project)
  for (const one of await told) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'cancelled' })
  project = projects.open(place)
  expect(await listed({ split: 'train', sort: 'added' })).toEqual(chosen("split = 'train'"))
})

test('what hears of a project that is being closed reads nothing of it: opened again, its lists are there', async () => {
  projects.beforeClose(() => lists.readAhead('projects.changed', { projectId: id }))
  await projects.close(project)
  project = projects.open(place)
  expect(await listed({ split: 'train', sort: 'added' })).toEqual(chosen("split = 'train'"))
})

test('what was read ahead is what is asked for', async () => {
  lists.readAhead('projects.changed', { projectId: id })
  expect(await listed({ outcome: 'right', run: scored, search: '1', sort: 'name' })).toEqual(chosen("class_id = 1 AND id IN (SELECT image_id FROM prediction) AND instr(path, '1')", 'source_id, path'))
})

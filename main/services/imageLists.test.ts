/** Filtered and sorted lists of images, held against reading every row. */
import * as fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { splits, type Split } from '../../shared/contract/common.ts'
import { imageSorts, outcomes, type ImageQuery, type Outcome } from '../../shared/contract/images.ts'
import type { Evaluation } from '../../shared/contract/runs.ts'
import { groupOf, groups } from '../../shared/tail.ts'
import { classOfFolder } from '../store/classes.ts'
import { rows, run, type Db } from '../store/db.ts'
import { saveEvaluation, setLabels, undoStep } from '../store/fixtures/atOnce.ts'
import { createStore } from '../store/open.ts'
import { insertProject } from '../store/projects.ts'
import { openImageLists, type ImageLists } from './imageLists.ts'
import { openProjects, type OpenProject, type Projects } from './projects.ts'

const images = 180
const classNames = ['lynx', 'wildcat', 'otter', 'class 10', 'class 9']
const scored = { runId: 1, split: 'val' } as const
let folder: string
let db: Db
let projects: Projects
let project: OpenProject
let lists: ImageLists

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ride-lists-'))
  createStore(folder, fill)
  projects = openProjects()
  project = projects.open(folder)
  db = project.db
  lists = openImageLists(projects)
})
afterEach(async () => {
  await projects.close(project)
  rmSync(folder, { recursive: true, force: true })
})

/** Classes 1 to 5 of which the first has most; image n is of split n % 3. */
function fill(made: Db): void {
  insertProject(made, { id: '5d0c4c7e-8f0b-4a38-9c63-0d0f6a1b2c3d', name: 'lists', createdAt: 0 })
  run(made, "INSERT INTO source (id, folder, added_at) VALUES (1, '/pictures', 0)")
  for (const name of classNames) classOfFolder(made, name, 0)
  for (let n = 1; n <= images; n++) {
    const classId = n % 11 === 0 ? null : n % 3 === 0 && n < 120 ? 1 : 1 + (n % 5)
    run(
      made,
      `INSERT INTO image (source_id, path, content_hash, bytes, modified_ms, format, width, height, class_id, split, split_from, duplicate_of, missing, added_at, taken_at)
       VALUES (1, ?, randomblob(32), 1, 1, 'png', 1, 1, ?, ?, 'folder', ?, ?, 0, ?)`,
      `${String.fromCharCode(97 + (n % 7))}/IMG_${n}_${n % 2 ? 'Über' : '100%'}.png`,
      classId,
      splits[n % 3],
      n % 10 === 0 ? n - 1 : null,
      Number(n % 13 === 0),
      n % 4 === 0 ? null : (n * 37) % 101,
    )
  }
  run(made, "INSERT INTO run (id, name, status, config, train_images, val_images, created_at) VALUES (1, 'run', 'finished', '{}', 1, 1, 0)")
  const labelled = rows<{ id: number; classId: number }>(made, "SELECT id, class_id AS classId FROM image WHERE split = 'val' AND class_id IS NOT NULL")
  const predictions = labelled.map(({ id, classId }) => {
    const predicted = id % 2 ? classId : 1 + (classId % 5)
    const experts = [predicted, id % 4 === 0 ? classId : predicted].map((guess) => [guess, 0.5] as const)
    return { imageId: id, actual: classId, predicted, guesses: [[predicted, ((id * 29) % 83) / 83] as const], experts, expertsAsked: 2 }
  })
  const figures = { split: 'val' as const, images: labelled.length, top1: 0.5, many: null, medium: null, few: null, experts: [], expertsUsed: 2, imagesPerSecond: 1, routing: null, fast: null } satisfies Evaluation
  saveEvaluation(made, 1, figures, predictions)
}

interface Row {
  readonly id: number
  readonly path: string
  readonly classId: number | null
  readonly className: string | null
  readonly split: Split
  readonly duplicateOf: number | null
  readonly missing: 0 | 1
  readonly takenAt: number | null
  readonly predicted: number | null
  readonly experts: string | null
  readonly confidence: number | null
}

function everyRow(): Row[] {
  return rows<Row>(
    db,
    `SELECT image.id, path, image.class_id AS classId, class.name AS className, image.split, duplicate_of AS duplicateOf, missing, taken_at AS takenAt, predicted, experts, confidence
     FROM image LEFT JOIN class ON class.id = image.class_id LEFT JOIN prediction ON run_id = 1 AND prediction.split = 'val' AND image_id = image.id ORDER BY image.id`,
  )
}

function holds(row: Row, outcome: Outcome): boolean {
  if (row.predicted === null || row.classId === null) return false
  const experts = (JSON.parse(row.experts!) as [number, number][]).map(([classId]) => classId)
  if (outcome === 'right') return row.predicted === row.classId
  if (row.predicted === row.classId) return false
  return outcome === 'wrong' || (outcome === 'rescued' ? experts.includes(row.classId) : new Set(experts).size === 1)
}

/** What the list should hold, one row after the other. */
function expected(query: ImageQuery): number[] {
  const all = everyRow()
  const trainOf = (classId: number): number => all.filter((row) => row.classId === classId && row.split === 'train' && !row.missing).length
  const found = all.filter(
    (row) =>
      (query.classId === undefined || row.classId === query.classId) &&
      (!query.split || row.split === query.split) &&
      (!query.group || (row.classId !== null && groupOf(trainOf(row.classId)) === query.group)) &&
      (!query.unlabelled || (row.classId === null && !row.missing)) &&
      (!query.duplicates || (!row.missing && (row.duplicateOf !== null || all.some((copy) => copy.duplicateOf === row.id && !copy.missing)))) &&
      (!query.missing || row.missing === 1) &&
      (!query.search?.trim() || row.path.toLowerCase().includes(query.search.trim().toLowerCase())) &&
      (!query.outcome || holds(row, query.outcome)),
  )
  const last = Infinity
  const byName = new Intl.Collator('en', { numeric: true })
  const compare: Record<ImageQuery['sort'], (a: Row, b: Row) => number> = {
    added: (a, b) => (query.duplicates ? (a.duplicateOf ?? a.id) - (b.duplicateOf ?? b.id) : 0) || a.id - b.id,
    newest: (a, b) => b.id - a.id,
    name: (a, b) => (a.path < b.path ? -1 : 1),
    class: (a, b) => Number(a.className === null) - Number(b.className === null) || byName.compare(a.className ?? '', b.className ?? '') || (a.split < b.split ? -1 : a.split > b.split ? 1 : 0) || a.missing - b.missing || a.id - b.id,
    taken: (a, b) => (a.takenAt === null || b.takenAt === null ? Number(a.takenAt === null) - Number(b.takenAt === null) || a.id - b.id : b.takenAt - a.takenAt || b.id - a.id),
    confidence: (a, b) => (a.confidence ?? last) - (b.confidence ?? last) || a.id - b.id,
  }
  return found.sort(compare[query.sort]).map((row) => row.id)
}

const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => fc.option(value, { nil: undefined, freq: 1 })
const queries: fc.Arbitrary<ImageQuery> = fc.record({
  classId: maybe(fc.integer({ min: 1, max: 5 })),
  split: maybe(fc.constantFrom(...splits)),
  group: maybe(fc.constantFrom(...groups)),
  unlabelled: maybe(fc.boolean()),
  duplicates: maybe(fc.boolean()),
  missing: maybe(fc.boolean()),
  search: maybe(fc.constantFrom('img_1', 'ÜBER', '100%', '_', 'a/', ' ', '\\')),
  outcome: maybe(fc.constantFrom(...outcomes)),
  run: fc.constant(scored),
  sort: fc.constantFrom(...imageSorts),
})
const changes = fc.oneof(
  fc.record({ imageIds: fc.array(fc.integer({ min: 1, max: images }), { minLength: 1, maxLength: 30 }), classId: fc.option(fc.integer({ min: 1, max: 5 })) }),
  fc.constant('undo' as const),
)

test('whatever is asked, and whatever is relabelled between the questions, a list is what reading every row gives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(queries, changes), { minLength: 1, maxLength: 6 }), async (sequence) => {
      for (const [query, change] of sequence) {
        expect([...(await lists.of(project, query))], JSON.stringify(query)).toEqual(expected(query))
        if (change === 'undo') undoStep(db)
        else setLabels(db, change.imageIds, change.classId)
        expect([...(await lists.of(project, query))], JSON.stringify(query)).toEqual(expected(query))
      }
    }),
    { numRuns: 60 },
  )
})

test('a list is read once, until something that it is made of changes', async () => {
  const query: ImageQuery = { split: 'val', sort: 'name' }
  const list = await lists.of(project, query)
  expect(await lists.of(project, query)).toBe(list)
  lists.hear('images.changed', { projectId: project.id })
  expect(await lists.of(project, query)).not.toBe(list)
})

test('whenever a run is scored anew or images change while a list is read, the next list has all of it', async () => {
  const asked: readonly ImageQuery[] = [{ outcome: 'wrong', run: scored, sort: 'added' }, { duplicates: true, sort: 'taken' }]
  for (let moment = 0; moment < 40; moment++) {
    lists = openImageLists(projects)
    await lists.counts(project)
    const reading = asked.map((query) => lists.of(project, query))
    for (let turns = 0; turns < moment; turns++) await Promise.resolve()
    run(db, 'UPDATE prediction SET predicted = 1 + (predicted + image_id) % 5')
    lists.hear('confusions.changed', { projectId: project.id, runId: 1 })
    run(db, 'UPDATE image SET taken_at = (taken_at * 7 + id) % 103, duplicate_of = iif(id > 1 AND (id + ?) % 9 = 0, id - 1, NULL)', moment)
    lists.hear('images.changed', { projectId: project.id })
    await Promise.all(reading)
    for (const query of asked) expect([...(await lists.of(project, query))], `${moment} ${query.sort}`).toEqual(expected(query))
  }
})

test('all but a few, or those that are named, each once', async () => {
  // Each tenth is a copy of the one before. The file of 130 is gone, and those of two originals.
  const copies = Array.from({ length: images / 10 }, (_, n) => [10 * n + 9, 10 * n + 10]).flat()
  const expectedCopies = copies.filter((id) => id % 13 !== 0 && ![10, 30, 129].includes(id))
  expect(await lists.chosen(project, { imageIds: [], of: { query: { duplicates: true, sort: 'added' }, also: [], except: [10, 30, 999] } })).toEqual(Uint32Array.from(expectedCopies))
  expect(await lists.chosen(project, { imageIds: [3, 5, 3], of: undefined })).toEqual([3, 5])
})

test('a run that was not scored so, or none at all, is refused', async () => {
  await expect(lists.of(project, { sort: 'confidence' })).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(lists.of(project, { sort: 'added', outcome: 'wrong', run: { runId: 1, split: 'test' } })).rejects.toMatchObject({ code: 'not-found' })
})

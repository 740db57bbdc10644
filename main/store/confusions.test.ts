/** Counts by the labels of now agree with counting everything anew, whatever was relabelled, undone and redone. */
import Sqlite from 'better-sqlite3'
import { array, assert, constant, constantFrom, integer, oneof, property, record, subarray, type Arbitrary } from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { cellsNow } from '../../shared/confusions.ts'
import { RunRequestSchema, configOf } from '../../shared/recipe.ts'
import { cellImages } from './cellImages.ts'
import { cells, moved } from './confusions.ts'
import { rows, type Db } from './db.ts'
import type { StoredGuess, StoredPrediction } from './evaluations.ts'
import { addImage, emptySums, type ExpertSums } from './expertSums.ts'
import { mergeClasses, redoStep, saveEvaluation, setLabels, undoStep } from './fixtures/atOnce.ts'
import { lens, lensExpertsSql, lensSql, listedImages, listedSql } from './lens.ts'
import { mergedParameters } from './mergedClasses.ts'
import { migrate } from './migrate.ts'
import { createRun } from './newRuns.ts'

const scored = { runId: 1, split: 'val' as const }
const classIds = [1, 2, 3]
/** Class 4 has no training image, so the run does not know it. */
const unknownClass = 4
const images = 12
const all = { limit: 1000, offset: 0 }

/** Three classes of two training images each, and images 7 to 18 to be scored, four of each class. */
function opened(): Db {
  const db = new Sqlite(':memory:')
  db.pragma('foreign_keys = ON')
  migrate(db, '')
  db.exec(`INSERT INTO source (id, folder, added_at) VALUES (1, '/photos', 0)`)
  for (const id of [...classIds, unknownClass]) db.prepare('INSERT INTO class (id, name, folder_name, created_at) VALUES (?, ?, ?, 0)').run(id, `class ${id}`, `class ${id}`)
  const insert = db.prepare(
    `INSERT INTO image (source_id, path, content_hash, bytes, modified_ms, format, width, height, class_id, split, split_from, added_at)
     SELECT 1, count(*) || '.png', x'00', 1, 0, 'png', 32, 32, ?, ?, 'folder', 0 FROM image`,
  )
  for (const id of classIds) for (let n = 0; n < 2; n++) insert.run(id, 'train')
  for (let n = 0; n < images; n++) insert.run(classIds[n % 3], 'val')
  createRun(db, { config: configOf(v.parse(RunRequestSchema, { experts: 3 })), owner: { pid: 1, started: null }, createdAt: 0 })
  return db
}

type Answer = { readonly together: number; readonly experts: readonly number[]; readonly asked: number }
type Change = { readonly what: 'merge'; readonly classId: number; readonly intoId: number } | { readonly what: 'set'; readonly imageIds: readonly number[]; readonly classId: number | null } | { readonly what: 'undo' | 'redo' | 'score' }

const aClass = constantFrom(...classIds)
const answersOf: Arbitrary<readonly Answer[]> = array(record({ together: aClass, experts: array(aClass, { minLength: 3, maxLength: 3 }), asked: integer({ min: 1, max: 3 }) }), { minLength: images, maxLength: images })
const changesOf: Arbitrary<readonly Change[]> = array(
  oneof(
    { weight: 5, arbitrary: record({ what: constant('set' as const), imageIds: subarray(Array.from({ length: images }, (_, n) => 7 + n), { minLength: 1, maxLength: 4 }), classId: constantFrom(...classIds, unknownClass, null) }) },
    { weight: 4, arbitrary: record({ what: constantFrom('undo' as const, 'redo' as const) }) },
    { weight: 2, arbitrary: record({ what: constant('merge' as const), classId: constantFrom(...classIds, unknownClass), intoId: constantFrom(...classIds, unknownClass) }) },
    { weight: 1, arbitrary: record({ what: constant('score' as const) }) },
  ),
  { maxLength: 12 },
)

const predictionsOf = (answers: readonly Answer[]): StoredPrediction[] =>
  answers.map(({ together, experts, asked }, n) => ({
    imageId: 7 + n,
    actual: classIds[n % 3]!,
    predicted: together,
    guesses: [[together, n / images]],
    experts: experts.map((classId): StoredGuess => [classId, 0.5]),
    expertsAsked: asked,
  }))

const accuracy = { top1: null, many: null, medium: null, few: null }
/** With the labels that the images were frozen with, however they have changed since. */
const score = (db: Db, answers: readonly Answer[]): void =>
  saveEvaluation(db, 1, { split: 'val', images, ...accuracy, experts: [], expertsUsed: 3, imagesPerSecond: 1, routing: null, fast: null }, predictionsOf(answers))

/** Every image as it stands now, joined from scratch. */
const everything = (db: Db, answers: readonly Answer[]) => {
  const now = new Map(rows<{ id: number; classId: number | null }>(db, 'SELECT id, class_id AS classId FROM image').map(({ id, classId }) => [id, classId]))
  return predictionsOf(answers).map((image) => Object.assign(image, { now: now.get(image.imageId)! }))
}
type Standing = ReturnType<typeof everything>[number]
/** What an answer counts as by now: the class itself, or the known one that it was merged into, step by step. */
function countingIn(db: Db): (classId: number) => number {
  const into = new Map(rows<{ id: number; intoId: number }>(db, 'SELECT id, merged_into AS intoId FROM class WHERE merged_into IS NOT NULL').map(({ id, intoId }) => [id, intoId]))
  const last = (classId: number): number => (into.has(classId) ? last(into.get(classId)!) : classId)
  return (classId) => (classIds.includes(last(classId)) ? last(classId) : classId)
}
const isKnown = ({ now }: Standing): boolean => now !== null && classIds.includes(now)
const idsOf = (found: readonly { readonly imageId: number }[]): number[] => found.map(({ imageId }) => imageId).sort((a, b) => a - b)

function agree(db: Db, answers: readonly Answer[]): void {
  const standing = everything(db, answers)
  const known = standing.filter(isKnown)
  const countsAs = countingIn(db)
  const isRightOf = ({ experts, now }: Standing): boolean => experts.some(([classId]) => countsAs(classId) === now)

  const live = cellsNow(cells(db, scored), moved(db, scored), classIds.map((classId) => ({ classId })))
  const counted = new Map(Array.from(live.cells.count, (count, n) => [`${live.cells.actual[n]} ${live.cells.predicted[n]}`, count]))
  const anew = new Map<string, number>()
  for (const { now, predicted } of known) anew.set(`${now} ${countsAs(predicted)}`, (anew.get(`${now} ${countsAs(predicted)}`) ?? 0) + 1)
  expect(counted).toEqual(anew)
  expect([live.moved, live.unlabelled, live.unknown]).toEqual([
    standing.filter(({ now, actual }) => now !== actual).length,
    standing.filter(({ now }) => now === null).length,
    standing.filter(({ now }) => now === unknownClass).length,
  ])

  for (const of of [{ actual: [1] }, { actual: [2, 3], predicted: [1] }, { actual: [1, 2], predicted: [2, 3] }]) {
    const here = known.filter(({ now, predicted }) => of.actual.includes(now!) && (of.predicted?.includes(countsAs(predicted)) ?? true))
    const found = cellImages(db, scored, of, 'now', all)
    expect([found.total, idsOf(found.images)]).toEqual([here.length, idsOf(here)])

    const sums = new Map<number, ExpertSums>()
    for (const image of here) {
      const ofClass = sums.get(image.now!) ?? { ...emptySums(), expertRight: [0, 0, 0], lastAsked: [0, 0, 0] }
      addImage(ofClass, image, image.now!, 1, countsAs)
      sums.set(image.now!, ofClass)
    }
    expect(new Map([...lens(db, scored, of, 'now')].filter(([, one]) => one.images > 0))).toEqual(sums)

    const wrong = here.filter(({ now, predicted }) => now !== countsAs(predicted))
    const another = listedImages(db, scored, 'anotherRight', of, 'now', all)
    const rescuable = wrong.filter(isRightOf)
    expect([another.total, [...another.imageIds].sort((a, b) => a - b)]).toEqual([rescuable.length, idsOf(rescuable)])
    const unanimous = listedImages(db, scored, 'allWrong', of, 'now', all)
    const agreed = wrong.filter(({ experts }) => new Set(experts.map(([classId]) => classId)).size === 1)
    expect([unanimous.total, [...unanimous.imageIds].sort((a, b) => a - b)]).toEqual([agreed.length, idsOf(agreed)])
    expect(unanimous.imageIds).toEqual([...unanimous.imageIds].sort((a, b) => b - a))
  }
}

test('whatever is relabelled, merged, undone, redone and scored anew', () => {
  assert(
    property(answersOf, changesOf, changesOf, (answers, before, after) => {
      const db = opened()
      const make = (change: Change): void => {
        const isThere = (classId: number | null): boolean => classId === null || rows(db, 'SELECT 1 FROM class WHERE id = ? AND removed = 0', classId).length > 0
        if (change.what === 'set' && isThere(change.classId)) setLabels(db, change.imageIds, change.classId)
        else if (change.what === 'merge' && change.classId !== change.intoId && isThere(change.classId) && isThere(change.intoId)) mergeClasses(db, [change.classId], change.intoId)
        else if (change.what === 'score') score(db, answers)
        else if (change.what === 'undo') undoStep(db)
        else if (change.what === 'redo') redoStep(db)
      }
      before.forEach(make)
      score(db, answers)
      agree(db, answers)
      for (const change of after) {
        make(change)
        agree(db, answers)
      }
      db.close()
    }),
    { numRuns: 40 },
  )
})

test('as measured, nothing moves', () => {
  const db = opened()
  const answers = Array.from({ length: images }, (_, n) => ({ together: classIds[(n + 1) % 3]!, experts: classIds, asked: 3 }))
  score(db, answers)
  const before = [cells(db, scored), lens(db, scored, {}, 'measured'), cellImages(db, scored, { actual: [1] }, 'measured', all).total, listedImages(db, scored, 'anotherRight', {}, 'measured', all)]
  setLabels(db, [7, 8, 9], 2)
  expect([cells(db, scored), lens(db, scored, {}, 'measured'), cellImages(db, scored, { actual: [1] }, 'measured', all).total, listedImages(db, scored, 'anotherRight', {}, 'measured', all)]).toEqual(before)
  expect(listedImages(db, scored, 'moved', {}, 'measured', all)).toEqual({ total: 2, imageIds: [9, 7] })
  db.close()
})

test.each([
  ['anotherRight', 'now'],
  ['allWrong', 'now'],
  ['anotherRight', 'measured'],
  ['allWrong', 'measured'],
] as const)('the list %s by the labels of %s comes from its index, in its order', (listed, labels) => {
  const db = opened()
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${listedSql(listed, { actual: [1] }, labels)}`).all({ ...scored, actual: '[1]', ...mergedParameters(new Map()), ...all }) as { readonly detail: string }[]
  const steps = plan.map(({ detail }) => detail)
  expect(steps).toContain(`SEARCH prediction USING COVERING INDEX ${listed === 'allWrong' ? 'prediction_all_wrong' : 'prediction_another_right'} (run_id=? AND split=?)`)
  expect(steps.filter((step) => /SCAN (prediction|label|image|confusion)/.test(step))).toEqual([])
  db.close()
})

test.each([
  ['of the whole split', {}, '(run_id=? AND split=?)'],
  ['of a class', { actual: [1] }, '(run_id=? AND split=? AND actual=?)'],
  ['of a cell', { actual: [1], predicted: [2] }, '(run_id=? AND split=? AND actual=? AND predicted=?)'],
])('what the experts made %s is summed along the keys of cells, without sorting', (_what, of, key) => {
  const db = opened()
  const parameters = { ...scored, ...Object.fromEntries(Object.entries(of).map(([name, ids]) => [name, JSON.stringify(ids)])) }
  for (const sql of [lensSql(of), lensExpertsSql(of, 3)]) {
    const plan = (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(parameters) as { readonly detail: string }[]).map(({ detail }) => detail).join('\n')
    expect(plan).toMatch(/SEARCH (confusion|cell_expert) USING PRIMARY KEY/)
    expect(plan).toContain(`USING PRIMARY KEY ${key}`)
    expect(plan).not.toContain('TEMP B-TREE')
  }
  db.close()
})

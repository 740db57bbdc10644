/** The queries that run while a person waits, on the indexes made for them. */
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { answeredPageSql, trainDifferenceSql } from './analysis.ts'
import { answersPageSql, expertsOfRelabelledSql } from './answerColumns.ts'
import { bothAnswersSql, comparedSql, relabelledSql } from './comparison.ts'
import { contradictionsSql, duplicatesSql } from './duplicates.ts'
import { labelsThenAndNowSql } from './evaluations.ts'
import { bestGuessesSql } from './guesses.ts'
import { changedPageSql, placedPageSql } from './imageColumns.ts'
import { hashesSql } from './imageFiles.ts'
import { pagesSql } from './imageOrders.ts'
import { imagesWithIdsSql, twinsSql } from './images.ts'
import { mergedParameters } from './mergedClasses.ts'
import { migrate } from './migrate.ts'
import { presentPageSql } from './runs.ts'
import { imageCountSql, imagesOfSourceSql, missingPageSql } from './sources.ts'
import { unseenSql } from './splits.ts'

const db = new Database(':memory:')
migrate(db, '')

function planOf(sql: string, values: readonly unknown[] = []): string {
  const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { readonly detail: string }[]
  return steps.map((step) => step.detail).join('\n')
}

test('whatever lists of images are put together from is read page by page from an index alone, unsorted, each page from where the last one ended', () => {
  for (const [sql, values, index] of [
    [placedPageSql, [1, 'val', 0, 9, 10], 'COVERING INDEX image_by_split (split=? AND missing=? AND class_id=? AND rowid>?)'],
    [answersPageSql, [{ runId: 1, split: 'val', after: 9, limit: 10 }], 'COVERING INDEX prediction_by_image (run_id=? AND split=? AND image_id>?)'],
    [pagesSql.names, [1, 'a', 10], 'COVERING INDEX sqlite_autoindex_image_1 ((source_id,path)>(?,?))'],
    [pagesSql.takenThen, [5, 9, 10], 'COVERING INDEX image_by_taken (taken_at=? AND rowid<?)'],
    [pagesSql.takenBefore, [5, 10], 'COVERING INDEX image_by_taken (taken_at<?)'],
    [pagesSql.predictions, [1, 'val', 0.5, 9, 10], 'COVERING INDEX prediction_by_confidence (run_id=? AND split=? AND (confidence,image_id)>(?,?))'],
    [pagesSql.guesses, [1, 0.5, 9, 10], 'INDEX guess_by_confidence (run_id=? AND (confidence,image_id)>(?,?))'],
  ] as const) {
    const plan = planOf(sql, values)
    expect(plan).toContain(index)
    expect(plan, sql).not.toContain('TEMP B-TREE')
  }
})

test('the images of a source are counted from an index alone, and read page by page along it as the missing ones are along theirs', () => {
  expect(planOf(imageCountSql, [1])).toContain('COVERING INDEX sqlite_autoindex_image_1 (source_id=?)')
  for (const [sql, values, index] of [
    [imagesOfSourceSql, [1, 'a', 10], 'INDEX sqlite_autoindex_image_1 (source_id=? AND path>?)'],
    [missingPageSql, [9, 10], 'INDEX image_missing (id>?)'],
  ] as const) {
    const plan = planOf(sql, values)
    expect(plan).toContain(index)
    expect(plan, sql).not.toContain('TEMP B-TREE')
  }
})

test('the images that a run is scored on are read page by page along their ids', () => {
  const plan = planOf(presentPageSql, [{ id: 1, split: 'val', after: 9, limit: 10 }])
  expect(plan).toContain('SEARCH image USING INTEGER PRIMARY KEY (rowid>?)')
  expect(plan).not.toContain('TEMP B-TREE')
})

test('what a step changed is read page by page along its key', () => {
  for (const table of ['label', 'split_change'] as const) {
    const plan = planOf(changedPageSql(table), [1, 9, 10])
    expect(plan).toContain(`SEARCH ${table} USING PRIMARY KEY (step_id=? AND image_id>?)`)
    expect(plan).toContain('SEARCH image USING INTEGER PRIMARY KEY (rowid=?)')
    expect(plan).not.toContain('TEMP B-TREE')
  }
})

test('copies and what they are copies of are found by the index of the duplicates', () => {
  const plan = planOf(duplicatesSql)
  expect(plan).toContain('INDEX image_duplicates')
  expect(plan).toContain('SEARCH image USING INTEGER PRIMARY KEY (rowid=?)')
  expect(plan).not.toContain('SCAN image\n')
})

test('pictures with two labels are looked for among the duplicates alone', () => {
  const plan = planOf(contradictionsSql)
  expect(plan).toContain('USING INDEX image_by_hash (content_hash=?)')
  expect(plan).toContain('SEARCH image USING INDEX image_duplicates')
  expect(plan).not.toContain('SCAN image')
})

test('what was relabelled since a scoring is found from the newest steps, each image by its key', () => {
  const plan = planOf(expertsOfRelabelledSql, [{ runId: 1, split: 'val', ...mergedParameters(new Map()) }])
  expect(plan).toContain('SEARCH label_step USING INTEGER PRIMARY KEY (rowid>?)')
  expect(plan).toContain('SEARCH label USING PRIMARY KEY (step_id=?)')
  expect(plan).toContain('SEARCH prediction USING PRIMARY KEY (run_id=? AND split=? AND image_id=?)')
  expect(plan).toContain('SEARCH image USING INTEGER PRIMARY KEY (rowid=?)')
})

test('a page of images, their guesses and the twins of one are read by their keys', () => {
  expect(planOf(imagesWithIdsSql, ['[1]'])).toContain('SEARCH image USING INTEGER PRIMARY KEY (rowid=?)')
  expect(planOf(twinsSql, [{ imageId: 1 }])).toContain('USING INDEX image_by_hash (content_hash=?)')
  const plan = planOf(bestGuessesSql, [{ runId: 1, ids: '[1]' }])
  expect(plan).toContain('SEARCH prediction USING PRIMARY KEY (run_id=? AND split=? AND image_id=?)')
  expect(plan).toContain('SEARCH guess USING PRIMARY KEY (run_id=? AND image_id=?)')
})

test('the answers to a split and what two runs learnt from are read along their keys', () => {
  const answers = planOf(answeredPageSql, [{ runId: 1, split: 'val', after: 9, limit: 10 }])
  expect(answers).toContain('USING PRIMARY KEY (run_id=? AND split=? AND image_id>?)')
  expect(answers).not.toContain('TEMP B-TREE')
  expect(planOf(trainDifferenceSql, [{ runId: 1, otherId: 2 }])).toContain('SEARCH other USING PRIMARY KEY (run_id=? AND split=? AND image_id=?)')
})

test('two runs are compared along their keys, from an index that holds nothing beside', () => {
  const pair = { before: 1, after: 2, split: 'val' }
  const compared = planOf(comparedSql, [{ ...pair, first: 1, last: 9 }])
  expect(compared).toContain('SEARCH one USING COVERING INDEX prediction_by_image (run_id=? AND split=? AND image_id>? AND image_id<?)')
  expect(compared).toContain('SEARCH other USING COVERING INDEX prediction_by_image (run_id=? AND split=? AND image_id=?)')
  expect(compared).not.toContain('TEMP B-TREE')
  expect(planOf(relabelledSql, [pair])).toContain('SEARCH prediction USING COVERING INDEX prediction_by_image (run_id=? AND split=? AND image_id=?)')
  expect(planOf(bothAnswersSql, [{ ...pair, imageIds: '[1]' }])).not.toMatch(/SCAN (?!wanted)/)
})

test('images are gone through by content from an index alone, unsorted', () => {
  const plan = planOf(hashesSql, [Buffer.of(1), Buffer.of(2)])
  expect(plan).toContain('USING COVERING INDEX image_by_hash (content_hash>? AND content_hash<?)')
  expect(plan).not.toContain('TEMP B-TREE')
})

test('images that nobody has looked at yet are found without going through the others', () => {
  expect(planOf(unseenSql, [0, 256])).toContain('USING INDEX image_unseen (id>?)')
})

test('labels of then and of now are looked up by image, unsorted', () => {
  const plan = planOf(labelsThenAndNowSql, [{ runId: 1, split: 'val', imageIds: '[1,2]' }])
  expect(plan).toContain('SEARCH prediction USING PRIMARY KEY (run_id=? AND split=? AND image_id=?)')
  expect(plan).toContain('SEARCH image USING INTEGER PRIMARY KEY (rowid=?)')
  expect(plan).not.toContain('TEMP B-TREE')
})

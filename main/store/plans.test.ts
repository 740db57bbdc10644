/** The queries that run while a person waits, on the indexes made for them. */
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { answeredSql, trainDifferenceSql } from './analysis.ts'
import { classCountsSql } from './classes.ts'
import { pageQuery } from './images.ts'
import { migrate } from './migrate.ts'

const db = new Database(':memory:')
migrate(db, '')

function planOf(sql: string, values: readonly unknown[] = []): string {
  const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { readonly detail: string }[]
  return steps.map((step) => step.detail).join('\n')
}

test('the tail is counted from an index alone, without sorting', () => {
  const plan = planOf(classCountsSql)
  expect(plan).toContain('USING COVERING INDEX image_by_class')
  expect(plan).not.toContain('TEMP B-TREE')
})

test('a page of a class, of a split, of duplicates and of missing files is picked from its index', () => {
  for (const [filter, index] of [
    [{ classId: 1 }, 'COVERING INDEX image_by_class (class_id=?)'],
    [{ classId: 1, split: 'val' }, 'COVERING INDEX image_by_class (class_id=? AND split=?)'],
    [{ split: 'val' }, 'COVERING INDEX image_by_split (split=?)'],
    [{ classIds: [1, 2] }, 'COVERING INDEX image_by_class (class_id=?)'],
    [{ duplicates: true }, 'COVERING INDEX image_duplicates'],
    [{ missing: true }, 'COVERING INDEX image_missing'],
  ] as const) {
    const { sql, values } = pageQuery(filter)
    const plan = planOf(sql, [...values, 100, 0])
    expect(plan).toContain(index)
    expect(plan, JSON.stringify(filter)).not.toContain('TEMP B-TREE')
  }
})

test('the answers to a split and what two runs learnt from are read along their keys', () => {
  const answers = planOf(answeredSql, [{ runId: 1, split: 'val' }])
  expect(answers).toContain('USING PRIMARY KEY (run_id=? AND split=?)')
  expect(answers).not.toContain('TEMP B-TREE')
  expect(planOf(trainDifferenceSql, [{ runId: 1, otherId: 2 }])).toContain('SEARCH other USING PRIMARY KEY (run_id=? AND split=? AND image_id=?)')
})

/** Makes what was read of a damaged database fit together again, and says what is not as it was. */
import { randomUUID } from 'node:crypto'
import type { Rescued } from '../../../shared/contract/projects.ts'
import type { Db } from '../db.ts'
import { restoreImages } from './images.ts'
import { restoreClasses, restoreSources } from './names.ts'

interface Found {
  /** Those of the format. */
  readonly tables: readonly string[]
  /** Tables of which not every row was read. */
  readonly losses: Set<string>
  readonly name: string
  readonly usedRuns: readonly number[]
}

/** Tables of what a run answered, which stand or fall together. */
const scores = ['prediction', 'confusion', 'cell_expert', 'evaluation']
const ofRuns = ['run_class', 'run_image', 'epoch', 'guess', ...scores]
const journal = ['label', 'class_change', 'split_change', 'label_step']

export function* mend(damaged: Db, fresh: Db, { tables, losses, name, usedRuns }: Found): Generator<void, Rescued['lost']> {
  // An older format has fewer.
  const [theirs, answers, steps] = [ofRuns, scores, journal].map((some) => some.filter((table) => tables.includes(table))) as [string[], string[], string[]]
  const isNamed = fresh.prepare('SELECT count(*) FROM project').pluck().get() === 1
  if (!isNamed) fresh.prepare('INSERT INTO project (id, name, created_at) VALUES (?, ?, ?)').run(randomUUID(), name, Date.now())
  const knownRuns = numbersOfRuns(fresh, theirs, usedRuns)
  if (losses.has('source')) yield* restoreSources(damaged, fresh)
  const found = losses.has('image') ? yield* restoreImages(damaged, fresh) : { images: 0, again: 0, labels: 0 }
  const classes = losses.has('class') && (yield* restoreClasses(damaged, fresh, tables.includes('class_change')))
  // A class that nothing tells of is none: damage has made it of another number.
  const strayed = fresh.prepare('UPDATE image SET class_id = NULL WHERE class_id IS NOT NULL AND class_id NOT IN (SELECT id FROM class)').run().changes
  yield* dropOrphans(fresh, losses)

  const history = steps.some((table) => losses.has(table))
  if (history) for (const table of steps) fresh.exec(`DELETE FROM ${table}`)
  yield* dropTornRuns(fresh, theirs)
  const scored = yield* dropTornScores(fresh, answers, history || losses.has('cell_expert'))
  const kept = new Set(fresh.prepare('SELECT id FROM run').pluck().all() as number[])
  return {
    ...found,
    labels: found.labels + strayed,
    classes,
    name: !isNamed,
    history,
    runs: losses.has('run') || losses.has('run_class') || losses.has('run_image') ? knownRuns.filter((id) => !kept.has(id)) : [],
    curves: losses.has('epoch'),
    scores: scored || losses.has('evaluation'),
    guesses: losses.has('guess'),
    pairs: losses.has('unlike'),
    skipped: losses.has('skipped'),
  }
}

/** Of runs that were there: those with files or rows. */
function numbersOfRuns(fresh: Db, tables: readonly string[], usedRuns: readonly number[]): number[] {
  const named = ['SELECT id FROM run', ...tables.map((table) => `SELECT run_id FROM ${table}`)]
  return [...new Set([...usedRuns, ...(fresh.prepare(named.join(' UNION ')).pluck().all() as number[])])].sort((a, b) => a - b)
}

/** Rows that refer to what is lost; of an image that was a copy of a lost one, the reference alone. */
function* dropOrphans(fresh: Db, losses: Set<string>): Generator<void> {
  fresh.exec('UPDATE image SET duplicate_of = NULL WHERE duplicate_of IS NOT NULL AND duplicate_of NOT IN (SELECT id FROM image)')
  const references = fresh
    .prepare(`SELECT t.name AS child, f."from" AS col, f."table" AS parent, coalesce(f."to", 'id') AS parentCol FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS f WHERE t.type = 'table' ORDER BY t.rowid`)
    .all() as { child: string; col: string; parent: string; parentCol: string }[]
  // What is dropped may be referred to in turn.
  for (let isClean = false; !isClean; ) {
    isClean = true
    for (const { child, col, parent, parentCol } of references) {
      const { changes } = fresh.prepare(`DELETE FROM ${child} WHERE ${col} IS NOT NULL AND ${col} NOT IN (SELECT ${parentCol} FROM ${parent})`).run()
      yield
      if (changes === 0) continue
      losses.add(child)
      isClean = false
    }
  }
}

/** Runs whose classes or images are not all there: nothing of theirs could be computed again. Their files stay. */
function* dropTornRuns(fresh: Db, tables: readonly string[]): Generator<void> {
  const torn = fresh
    .prepare(
      `SELECT id FROM run WHERE train_images + val_images <> (SELECT count(*) FROM run_image WHERE run_id = run.id AND split IN ('train', 'val'))
       OR (SELECT count(*) FROM run_class WHERE run_id = run.id) <> (SELECT coalesce(max(position) + 1, 0) FROM run_class WHERE run_id = run.id)
       OR (SELECT count(*) FROM run_class WHERE run_id = run.id) < (SELECT coalesce(max(position) + 1, 1) FROM run_image WHERE run_id = run.id)`,
    )
    .pluck()
    .all() as number[]
  for (const id of torn) {
    for (const table of tables) {
      fresh.prepare(`DELETE FROM ${table} WHERE run_id = ?`).run(id)
      yield
    }
    fresh.prepare('DELETE FROM run WHERE id = ?').run(id)
  }
}

/** Scores that are not whole, or that no history tells from which labels on: the run can be scored again. */
function* dropTornScores(fresh: Db, tables: readonly string[], all: boolean): Generator<void, boolean> {
  const torn = fresh
    .prepare(
      `SELECT run_id, split FROM evaluation WHERE ?
       OR images <> (SELECT count(*) FROM prediction WHERE prediction.run_id = evaluation.run_id AND prediction.split = evaluation.split)
       OR images <> (SELECT coalesce(sum(count), 0) FROM confusion WHERE confusion.run_id = evaluation.run_id AND confusion.split = evaluation.split)
       UNION SELECT run_id, split FROM prediction WHERE (run_id, split) NOT IN (SELECT run_id, split FROM evaluation)
       UNION SELECT run_id, split FROM confusion WHERE (run_id, split) NOT IN (SELECT run_id, split FROM evaluation)`,
    )
    .all(all ? 1 : 0) as { run_id: number; split: string }[]
  for (const { run_id: runId, split } of torn) {
    for (const table of tables) {
      fresh.prepare(`DELETE FROM ${table} WHERE run_id = ? AND split = ?`).run(runId, split)
      yield
    }
  }
  return torn.length > 0
}

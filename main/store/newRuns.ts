/** Putting a run on record, frozen with its classes and images. */
import type { RunConfig } from '../../shared/recipe.ts'
import { usualThreshold } from '../../shared/routing.ts'
import { inTransaction, run, type Db } from './db.ts'
import { runById, type Owner, type RunRecord } from './runs.ts'

export interface NewRun {
  readonly config: RunConfig
  /** Works on it from now on. */
  readonly owner: Owner
  readonly createdAt: number
  /** Left out, the run is called by its number. */
  readonly name?: string
  /** Of a router; left out or null, it is the usual one. */
  readonly threshold?: number | null
}

/**
 * With the classes and images of this moment. The classes' positions in the network go from the head to the tail, those
 * without a training image left out; or they are `classIds`, in this order.
 */
export function createRun(db: Db, created: NewRun, classIds?: readonly number[]): RunRecord {
  return inTransaction(db, () => {
    const id = insertRun(db, created)
    if (classIds) {
      run(
        db,
        `INSERT INTO run_class (run_id, position, class_id, train)
         SELECT ?, wanted.key, wanted.value, (SELECT count(*) FROM image WHERE class_id = wanted.value AND split = 'train' AND missing = 0)
         FROM json_each(?) AS wanted`,
        id,
        JSON.stringify(classIds),
      )
    } else {
      run(
        db,
        `INSERT INTO run_class (run_id, position, class_id, train)
         SELECT ?, row_number() OVER (ORDER BY count(*) DESC, class.name) - 1, class.id, count(*)
         FROM image JOIN class ON class.id = image.class_id
         WHERE image.split = 'train' AND image.missing = 0 GROUP BY class.id`,
        id,
      )
    }
    run(
      db,
      `INSERT INTO run_image (run_id, image_id, split, position)
       SELECT run_class.run_id, image.id, image.split, run_class.position
       FROM run_class JOIN image ON image.class_id = run_class.class_id AND image.missing = 0
       WHERE run_class.run_id = ?`,
      id,
    )
    return counted(db, id)
  })
}

/** With the classes and images that the configuration's base run was frozen with, whatever was relabelled or split anew since. */
export function createDerivedRun(db: Db, created: NewRun): RunRecord {
  const { baseRun } = created.config
  return inTransaction(db, () => {
    const id = insertRun(db, created)
    run(db, 'INSERT INTO run_class (run_id, position, class_id, train) SELECT ?, position, class_id, train FROM run_class WHERE run_id = ?', id, baseRun)
    run(db, 'INSERT INTO run_image (run_id, image_id, split, position) SELECT ?, image_id, split, position FROM run_image WHERE run_id = ?', id, baseRun)
    return counted(db, id)
  })
}

/** Takes a run off the record that never came to be. */
export function deleteRun(db: Db, id: number): void {
  run(db, 'DELETE FROM run WHERE id = ?', id)
}

function insertRun(db: Db, { config, owner, createdAt, name, threshold }: NewRun): number {
  const inserted = run(
    db,
    `INSERT INTO run (name, status, config, train_images, val_images, created_at, owner_pid, owner_started, threshold)
     VALUES (?, 'preparing', ?, 0, 0, ?, ?, ?, ?)`,
    name ?? '',
    JSON.stringify(config),
    createdAt,
    owner.pid,
    owner.started,
    config.stage === 'router' ? (threshold ?? usualThreshold) : null,
  )
  const id = Number(inserted.lastInsertRowid)
  if (name === undefined) run(db, "UPDATE run SET name = 'Run ' || id WHERE id = ?", id)
  return id
}

function counted(db: Db, id: number): RunRecord {
  run(
    db,
    `UPDATE run SET
       train_images = (SELECT count(*) FROM run_image WHERE run_id = run.id AND split = 'train'),
       val_images = (SELECT count(*) FROM run_image WHERE run_id = run.id AND split = 'val')
     WHERE id = ?`,
    id,
  )
  return runById(db, id)!
}

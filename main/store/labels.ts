/**
 * The journal of labels. Every change of an image's class is a row in a step; undo and redo are steps of their own
 * that name the step they take back or bring back. Nothing is ever deleted, so what can be undone outlives the program.
 */
import { Failure } from '../../shared/failure.ts'
import { inTransaction, row, rows, run, type Db } from './db.ts'

export interface LabelStep {
  /** Images whose class changed. */
  readonly changed: number
  readonly canUndo: boolean
  readonly canRedo: boolean
}

interface LabelRow {
  readonly imageId: number
  readonly fromClassId: number | null
  readonly toClassId: number | null
}

/** The newest `set` that is not undone at present: its last mention is none at all, or a redo. */
const undoable = `SELECT id FROM label_step AS step WHERE kind = 'set' AND 'undo' IS NOT
  (SELECT kind FROM label_step WHERE of_step = step.id ORDER BY id DESC LIMIT 1) ORDER BY id DESC LIMIT 1`

/** The step of the newest undo since the newest `set` that no redo has answered. */
const redoable = `SELECT undo.of_step AS id FROM label_step AS undo WHERE kind = 'undo'
  AND undo.id > coalesce((SELECT max(id) FROM label_step WHERE kind = 'set'), 0)
  AND undo.id = (SELECT max(id) FROM label_step WHERE of_step = undo.of_step) ORDER BY undo.id DESC LIMIT 1`

/** @throws Failure `not-found` where the class or an image does not exist; nothing is changed then */
export function setLabels(db: Db, imageIds: readonly number[], classId: number): LabelStep {
  return inTransaction(db, () => {
    if (!row(db, 'SELECT 1 FROM class WHERE id = ?', classId)) throw new Failure('not-found', 'This class does not exist.')
    const changes: LabelRow[] = []
    for (const imageId of new Set(imageIds)) {
      const image = row<{ classId: number | null }>(db, 'SELECT class_id AS classId FROM image WHERE id = ?', imageId)
      if (!image) throw new Failure('not-found', `There is no image ${imageId} in this project.`)
      if (image.classId !== classId) changes.push({ imageId, fromClassId: image.classId, toClassId: classId })
    }
    if (changes.length > 0) write(db, 'set', null, changes)
    return answer(db, changes.length)
  })
}

/** Takes back the newest step; changes nothing where there is none. */
export function undoLabels(db: Db): LabelStep {
  return inTransaction(db, () => {
    const step = row<{ id: number }>(db, undoable)
    if (!step) return answer(db, 0)
    const changes = changesOf(db, step.id).map(({ imageId, fromClassId, toClassId }) => ({ imageId, fromClassId: toClassId, toClassId: fromClassId }))
    write(db, 'undo', step.id, changes)
    return answer(db, changes.length)
  })
}

/** Brings back the step that was undone last; changes nothing where there is none. */
export function redoLabels(db: Db): LabelStep {
  return inTransaction(db, () => {
    const step = row<{ id: number }>(db, redoable)
    if (!step) return answer(db, 0)
    const changes = changesOf(db, step.id)
    write(db, 'redo', step.id, changes)
    return answer(db, changes.length)
  })
}

/** Opens the step that an import's labels are kept in. */
export function beginImportStep(db: Db): number {
  return insertStep(db, 'import', null)
}

/** Records the label that an image was imported with. */
export function recordImported(db: Db, stepId: number, imageId: number, classId: number): void {
  insertLabel(db, stepId, { imageId, fromClassId: null, toClassId: classId })
}

function changesOf(db: Db, stepId: number): LabelRow[] {
  return rows<LabelRow>(db, 'SELECT image_id AS imageId, from_class_id AS fromClassId, to_class_id AS toClassId FROM label WHERE step_id = ?', stepId)
}

function write(db: Db, kind: 'set' | 'undo' | 'redo', ofStep: number | null, changes: readonly LabelRow[]): void {
  const stepId = insertStep(db, kind, ofStep)
  for (const change of changes) {
    insertLabel(db, stepId, change)
    run(db, 'UPDATE image SET class_id = ? WHERE id = ?', change.toClassId, change.imageId)
  }
}

function insertStep(db: Db, kind: 'import' | 'set' | 'undo' | 'redo', ofStep: number | null): number {
  return Number(run(db, 'INSERT INTO label_step (kind, of_step, at) VALUES (?, ?, ?)', kind, ofStep, Date.now()).lastInsertRowid)
}

function insertLabel(db: Db, stepId: number, { imageId, fromClassId, toClassId }: LabelRow): void {
  run(db, 'INSERT INTO label (step_id, image_id, from_class_id, to_class_id) VALUES (?, ?, ?, ?)', stepId, imageId, fromClassId, toClassId)
}

function answer(db: Db, changed: number): LabelStep {
  return { changed, canUndo: row(db, undoable) !== undefined, canRedo: row(db, redoable) !== undefined }
}

/**
 * The journal of what a person did. A step holds what it changed of labels, classes and splits; undo and redo are steps
 * of their own that name the step they take back or bring back. Nothing is ever deleted, so what can be undone
 * outlives the program.
 */
import type { About, JournalEntry, JournalState, Step, TellingStep } from '../../shared/contract/labels.ts'
import { Failure } from '../../shared/failure.ts'
import { atOnce, count, row, rows, run, type Db } from './db.ts'

/** A class as a step finds or leaves it. */
export interface ClassState {
  readonly name: string
  readonly removed: boolean
  readonly mergedInto: number | null
}

export interface ClassChange {
  readonly classId: number
  readonly from: ClassState
  readonly to: ClassState
}

export type SplitOrigin = 'folder' | 'person' | 'splitter' | 'pending'

/** Changes as a query of their columns in `label` or `split_change`, the step's left out: of so many images that it takes some hundredths of a second. */
export interface ChangeQuery {
  readonly sql: string
  readonly values: readonly unknown[]
}

export interface Changes {
  readonly labels?: Iterable<ChangeQuery>
  readonly classes?: Iterable<ClassChange>
  readonly splits?: Iterable<ChangeQuery>
}

/** Images that are changed before others may have a turn. */
export const pieceSize = 1000

/** In pieces small enough for a `ChangeQuery`. */
export function* piecesOf(ids: ArrayLike<number>): Generator<readonly number[]> {
  for (let from = 0; from < ids.length; from += pieceSize) {
    yield Array.from({ length: Math.min(pieceSize, ids.length - from) }, (_, n) => ids[from + n]!)
  }
}

/** The newest `set` that is not undone at present: its last mention is none at all, or a redo. */
const undoable = `SELECT id, about FROM label_step AS step WHERE kind = 'set' AND 'undo' IS NOT
  (SELECT kind FROM label_step WHERE of_step = step.id ORDER BY id DESC LIMIT 1) ORDER BY id DESC LIMIT 1`

/** The step of the newest undo since the newest `set` that no redo has answered. */
const redoable = `SELECT undo.of_step AS id, (SELECT about FROM label_step WHERE id = undo.of_step) AS about FROM label_step AS undo WHERE kind = 'undo'
  AND undo.id > coalesce((SELECT max(id) FROM label_step WHERE kind = 'set'), 0)
  AND undo.id = (SELECT max(id) FROM label_step WHERE of_step = undo.of_step) ORDER BY undo.id DESC LIMIT 1`

/** Makes the changes and keeps them as one step; changes that change nothing make none. Answers how many images changed. */
export function takeStep(db: Db, about: About, changes: Changes): Step {
  return atOnce(db, takingStep(db, about, changes))
}

/** The same in pieces, all of which belong into one transaction. */
export function* takingStep(db: Db, about: About, { labels = [], classes = [], splits = [] }: Changes): Generator<void, Step> {
  const stepId = insertStep(db, 'set', null, about)
  for (const { sql, values } of labels) {
    run(db, `INSERT INTO label (step_id, image_id, from_class_id, to_class_id) SELECT ?, moved.* FROM (${sql}) AS moved`, stepId, ...values)
    yield
  }
  for (const { classId, from, to } of classes) {
    run(
      db,
      'INSERT INTO class_change (step_id, class_id, from_name, to_name, from_removed, to_removed, from_merged_into, to_merged_into) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      stepId,
      classId,
      from.name,
      to.name,
      Number(from.removed),
      Number(to.removed),
      from.mergedInto,
      to.mergedInto,
    )
  }
  for (const { sql, values } of splits) {
    run(db, `INSERT INTO split_change (step_id, image_id, from_split, to_split, from_origin, to_origin) SELECT ?, moved.* FROM (${sql}) AS moved`, stepId, ...values)
    yield
  }
  const isEmpty = !row(db, 'SELECT 1 FROM label WHERE step_id = :s UNION ALL SELECT 1 FROM class_change WHERE step_id = :s UNION ALL SELECT 1 FROM split_change WHERE step_id = :s LIMIT 1', { s: stepId })
  if (isEmpty) {
    run(db, 'DELETE FROM label_step WHERE id = ?', stepId)
    return { changed: 0, ...journalState(db) }
  }
  yield* applying(db, stepId)
  return { changed: imagesOf(db, stepId), ...journalState(db) }
}

/** What undo and redo would do now. */
export function journalState(db: Db): JournalState {
  return { undo: telling(db, undoable), redo: telling(db, redoable) }
}

/** A page of what persons and imports did, newest first; what was taken back is told so. */
export function journalPage(db: Db, offset: number, limit: number): JournalEntry[] {
  const found = rows<{ stepId: number; about: string | null; at: number; kind: 'import' | 'set'; isUndone: 0 | 1 }>(
    db,
    `SELECT id AS stepId, about, at, kind, 'undo' IS (SELECT kind FROM label_step AS later WHERE later.of_step = step.id ORDER BY id DESC LIMIT 1) AS isUndone
     FROM label_step AS step WHERE kind IN ('set', 'import') ORDER BY id DESC LIMIT ? OFFSET ?`,
    limit,
    offset,
  )
  return found.map(({ stepId, about, at, kind, isUndone }) => ({ stepId, about: aboutOf(about), at, images: imagesOf(db, stepId), isUndone: isUndone === 1, isImport: kind === 'import' }))
}

export function journalLength(db: Db): number {
  return count(db, "SELECT count(*) FROM label_step WHERE kind IN ('set', 'import')")
}

/** The newest step of any kind; 0 in a journal that is empty. */
export function newestStep(db: Db): number {
  return count(db, 'SELECT coalesce(max(id), 0) FROM label_step')
}

/** Opens the step that an import's labels are kept in. */
export function beginImportStep(db: Db): number {
  return insertStep(db, 'import', null, { what: 'import' })
}

/** Records the label that an image was imported with. */
export function recordImported(db: Db, stepId: number, imageId: number, classId: number): void {
  run(db, 'INSERT INTO label (step_id, image_id, from_class_id, to_class_id) VALUES (?, ?, NULL, ?)', stepId, imageId, classId)
}

/**
 * Takes back the newest step, or brings back the one that was undone last; changes nothing where there is none. In
 * pieces, all of which belong into one transaction.
 * @param expected the step that its person was shown
 * @throws Failure `busy` where another step stands there; `already-exists` where a class got a name meanwhile that the step gives back
 */
export function* turning(db: Db, kind: 'undo' | 'redo', expected: number | undefined): Generator<void, Step> {
  const step = row<{ id: number }>(db, kind === 'undo' ? undoable : redoable)
  if (!step) return { changed: 0, ...journalState(db) }
  if (expected !== undefined && expected !== step.id) throw new Failure('busy', `Something else was changed meanwhile, so nothing was ${kind === 'undo' ? 'taken back' : 'brought back'}. Look at what changed last and try again.`)
  const last = count(db, 'SELECT max(id) FROM label_step WHERE id = :id OR of_step = :id', { id: step.id })
  const stepId = insertStep(db, kind, step.id, null)
  yield* turningBack(db, last, stepId)
  yield* applying(db, stepId)
  return { changed: imagesOf(db, stepId), ...journalState(db) }
}

/** How many images undo or redo would change. */
export function imagesToTurn(db: Db, kind: 'undo' | 'redo'): number {
  return telling(db, kind === 'undo' ? undoable : redoable)?.images ?? 0
}

/**
 * Takes over what `last` changed, there and back exchanged. A step is taken back or brought back by turning its last
 * mention: that one knows also what came to its classes since, as by an import.
 */
function* turningBack(db: Db, last: number, stepId: number): Generator<void> {
  for (const images of stretches(db, 'label', last)) {
    run(
      db,
      `INSERT INTO label (step_id, image_id, from_class_id, to_class_id)
       SELECT :stepId, image_id, to_class_id, from_class_id FROM label WHERE step_id = :last AND image_id > :after AND image_id <= :upTo`,
      { stepId, last, ...images },
    )
    yield
  }
  run(
    db,
    `INSERT INTO class_change (step_id, class_id, from_name, to_name, from_removed, to_removed, from_merged_into, to_merged_into)
     SELECT ?, class_id, to_name, from_name, to_removed, from_removed, to_merged_into, from_merged_into FROM class_change WHERE step_id = ?`,
    stepId,
    last,
  )
  for (const images of stretches(db, 'split_change', last)) {
    run(
      db,
      `INSERT INTO split_change (step_id, image_id, from_split, to_split, from_origin, to_origin)
       SELECT :stepId, image_id, to_split, from_split, to_origin, from_origin FROM split_change WHERE step_id = :last AND image_id > :after AND image_id <= :upTo`,
      { stepId, last, ...images },
    )
    yield
  }
}

/** Brings labels, classes and splits to where the step's changes lead. */
function* applying(db: Db, stepId: number): Generator<void> {
  yield* applyingLabels(db, stepId)
  for (const images of stretches(db, 'split_change', stepId)) {
    run(db, 'UPDATE image SET split = to_split, split_from = to_origin FROM split_change WHERE step_id = :stepId AND image_id > :after AND image_id <= :upTo AND image_id = image.id', { stepId, ...images })
    yield
  }
  const taken = row<{ name: string }>(
    db,
    `SELECT to_name AS name FROM class_change JOIN class AS other ON other.name = to_name AND other.id <> class_id
     WHERE step_id = :s AND other.id NOT IN (SELECT class_id FROM class_change WHERE step_id = :s) LIMIT 1`,
    { s: stepId },
  )
  if (taken) throw new Failure('already-exists', `Another class is named ${taken.name} by now, so nothing was changed. Rename that class first.`)
  // Names that two classes exchange must not meet on the way.
  run(db, "UPDATE class SET name = char(0) || id FROM class_change WHERE step_id = ? AND class_id = class.id AND from_name <> to_name", stepId)
  run(db, 'UPDATE class SET name = to_name, removed = to_removed, merged_into = to_merged_into FROM class_change WHERE step_id = ? AND class_id = class.id', stepId)
  // No image is left in a class that is removed: what came to it since goes the way of the others.
  const { changes } = run(
    db,
    `INSERT INTO label (step_id, image_id, from_class_id, to_class_id)
     SELECT step_id, image.id, image.class_id, (SELECT id FROM class WHERE id = to_merged_into AND removed = 0)
     FROM class_change JOIN image ON image.class_id = class_change.class_id WHERE step_id = ? AND to_removed = 1`,
    stepId,
  )
  if (changes > 0) yield* applyingLabels(db, stepId)
}

function* applyingLabels(db: Db, stepId: number): Generator<void> {
  for (const images of stretches(db, 'label', stepId)) {
    run(db, 'UPDATE image SET class_id = label.to_class_id FROM label WHERE label.step_id = :stepId AND label.image_id > :after AND label.image_id <= :upTo AND label.image_id = image.id', { stepId, ...images })
    yield
  }
}

/** The images of a step, some after the other, from after an id up to another. */
function* stretches(db: Db, table: 'label' | 'split_change', stepId: number): Generator<{ readonly after: number; readonly upTo: number }> {
  for (let after = 0; ; ) {
    const upTo = count(db, `SELECT coalesce(max(image_id), 0) FROM (SELECT image_id FROM ${table} WHERE step_id = ? AND image_id > ? ORDER BY image_id LIMIT ?)`, stepId, after, pieceSize)
    if (upTo === 0) return
    yield { after, upTo }
    after = upTo
  }
}

function telling(db: Db, which: string): TellingStep | null {
  const step = row<{ id: number; about: string | null }>(db, which)
  return step ? { stepId: step.id, about: aboutOf(step.about), images: imagesOf(db, step.id) } : null
}

function aboutOf(text: string | null): About | null {
  return text === null ? null : (JSON.parse(text) as About)
}

function imagesOf(db: Db, stepId: number): number {
  return count(db, 'SELECT (SELECT count(*) FROM label WHERE step_id = :s) + (SELECT count(*) FROM split_change WHERE step_id = :s)', { s: stepId })
}

function insertStep(db: Db, kind: 'import' | 'set' | 'undo' | 'redo', ofStep: number | null, about: About | null): number {
  return Number(run(db, 'INSERT INTO label_step (kind, of_step, at, about) VALUES (?, ?, ?, ?)', kind, ofStep, Date.now(), about && JSON.stringify(about)).lastInsertRowid)
}

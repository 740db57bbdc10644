/** Classes made, renamed, merged, divided and deleted, each as one step of the journal with the labels that go with it. */
import type { Step } from '../../shared/contract/labels.ts'
import { Failure } from '../../shared/failure.ts'
import { freeName, listClasses, normalName, removedHolder, type ClassRow } from './classes.ts'
import { column, count, inTransaction, row, run, type Db } from './db.ts'
import { piecesOf, takeStep, takingStep, type ChangeQuery, type ClassChange, type ClassState } from './journal.ts'

export interface StepOfClass extends Step {
  readonly classId: number
}

/** A removed class of that name comes back with its id. @throws Failure `invalid-input`, `already-exists` */
export function createClass(db: Db, newName: string, now: number): StepOfClass {
  return inTransaction(db, () => {
    const made = bringInTyped(db, newName, now)
    return { classId: made.classId, ...takeStep(db, { what: 'create', className: made.name }, { classes: made.changes }) }
  })
}

/** @throws Failure `not-found`, `invalid-input`; `already-exists` with the id of the class that has the name */
export function renameClass(db: Db, classId: number, newName: string): Step {
  return inTransaction(db, () => {
    const from = liveState(db, classId)
    const name = nameOf(newName)
    refuseTaken(db, name, classId)
    refuseAlike(db, name, classId)
    const changes = from.name === name ? [] : [...changesOfRemovedHolder(db, name), { classId, from, to: { ...from, name } }]
    return takeStep(db, { what: 'rename', className: from.name, otherName: name }, { classes: changes })
  })
}

/** Images of the classes go to another one, which may be among them; folders of theirs do so from now on. In pieces, all of which belong into one transaction. @throws Failure `not-found`, `invalid-input` */
export function* mergingClasses(db: Db, classIds: readonly number[], intoId: number): Generator<void, Step> {
  const into = liveState(db, intoId)
  const merged = [...new Set(classIds)].filter((id) => id !== intoId).map((id) => ({ id, state: liveState(db, id) }))
  if (merged.length === 0) throw new Failure('invalid-input', `A class cannot be merged with itself. Choose another class that ${into.name} is merged into.`)
  const changes = merged.map(({ id, state }) => removal(db, id, state, `merged into ${into.name}`, intoId))
  return yield* takingStep(db, { what: 'merge', ...told(merged.map(({ state }) => state)), otherName: into.name }, { classes: changes, labels: labelsOfRemoved(db, merged, intoId) })
}

/**
 * Some of a class's images become a class of their own. In pieces, all of which belong into one transaction.
 * @throws Failure `not-found`, `invalid-input`, `already-exists`; `busy` where an image is of another class by now
 */
export function* dividingClass(db: Db, classId: number, imageIds: readonly number[], newName: string, now: number): Generator<void, StepOfClass> {
  const from = liveState(db, classId)
  const chosen = [...new Set(imageIds)]
  let others = 0
  for (const some of piecesOf(chosen)) {
    others += count(db, 'SELECT count(*) FROM json_each(?) LEFT JOIN image ON image.id = value WHERE class_id IS NOT ?', JSON.stringify(some), classId)
    yield
  }
  if (others > 0) throw new Failure('busy', `${others} of the chosen images are not of the class ${from.name} any more, so nothing was changed. Look at the class again and choose anew.`)
  const made = bringInTyped(db, newName, now)
  const step = yield* takingStep(db, { what: 'divide', className: from.name, otherName: made.name }, { classes: made.changes, labels: labelsOf(chosen, made.classId) })
  return { classId: made.classId, ...step }
}

/** Their images stay, without a label. In pieces, all of which belong into one transaction. @throws Failure `not-found` */
export function* deletingClasses(db: Db, classIds: readonly number[]): Generator<void, Step> {
  const deleted = [...new Set(classIds)].map((id) => ({ id, state: liveState(db, id) }))
  const changes = deleted.map(({ id, state }) => removal(db, id, state, 'deleted', null))
  return yield* takingStep(db, { what: 'delete', ...told(deleted.map(({ state }) => state)) }, { classes: changes, labels: labelsOfRemoved(db, deleted, null) })
}

/** How many images the classes have, with those whose files are gone. */
export function imagesInClasses(db: Db, classIds: readonly number[]): number {
  return count(db, 'SELECT count(*) FROM image WHERE class_id IN (SELECT value FROM json_each(?))', JSON.stringify(classIds))
}

function* labelsOfRemoved(db: Db, classes: readonly { readonly id: number }[], intoId: number | null): Generator<ChangeQuery> {
  for (const { id } of classes) yield* labelsOf(column<number>(db, 'SELECT id FROM image WHERE class_id = ? ORDER BY id', id), intoId)
}

function* labelsOf(imageIds: readonly number[], intoId: number | null): Generator<ChangeQuery> {
  for (const some of piecesOf(imageIds)) {
    yield { sql: 'SELECT id, class_id, ? FROM image WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id', values: [intoId, JSON.stringify(some)] }
  }
}

export interface BroughtIn {
  readonly classId: number
  readonly name: string
  readonly changes: readonly ClassChange[]
}

/**
 * A class of the name that a step brings in: one that was removed, or a new row that counts as removed until then.
 * @throws Failure `invalid-input`, `already-exists`
 */
export function bringIn(db: Db, newName: string, now: number): BroughtIn {
  const name = nameOf(newName)
  refuseTaken(db, name)
  const former = row<{ id: number }>(
    db,
    `SELECT class.id FROM class JOIN class_change ON class_change.class_id = class.id AND from_removed = 0 AND to_removed = 1
     WHERE class.removed = 1 AND from_name = ? AND NOT EXISTS (
       SELECT 1 FROM class_change AS later WHERE later.class_id = class.id AND later.step_id > class_change.step_id AND later.from_removed = 0 AND later.to_removed = 1)
     ORDER BY step_id DESC LIMIT 1`,
    name,
  )
  const classId = former?.id ?? newClass(db, name, now)
  const freeing = changesOfRemovedHolder(db, name).filter((change) => change.classId !== classId)
  return { classId, name, changes: [...freeing, { classId, from: stateOf(db, classId)!, to: { name, removed: false, mergedInto: null } }] }
}

/** As a person typed it: a slip makes no class of its own. @throws Failure as `bringIn` does, also where a name differs in capitals alone */
export function bringInTyped(db: Db, newName: string, now: number): BroughtIn {
  const made = bringIn(db, newName, now)
  refuseAlike(db, made.name, made.classId)
  return made
}

function newClass(db: Db, name: string, now: number): number {
  let folderName = name
  for (let n = 2; row(db, 'SELECT 1 FROM class WHERE folder_name = ?', folderName); n++) folderName = `${name} ${n}`
  const removed = removedName(db, name, 'removed')
  return Number(run(db, 'INSERT INTO class (name, folder_name, created_at, removed) VALUES (?, ?, ?, 1)', removed, folderName, now).lastInsertRowid)
}

function removal(db: Db, classId: number, from: ClassState, how: string, mergedInto: number | null): ClassChange {
  return { classId, from, to: { name: removedName(db, from.name, how), removed: true, mergedInto } }
}

/** Frees the name, and tells in lists of old runs what became of the class. */
function removedName(db: Db, name: string, how: string): string {
  return freeName(db, `${name} (${how})`)
}

/** What a step changes of the removed class that still has the name: it takes another one. */
function changesOfRemovedHolder(db: Db, name: string): ClassChange[] {
  const removed = removedHolder(db, name)
  if (!removed) return []
  const from = stateOf(db, removed.id)!
  return [{ classId: removed.id, from, to: { ...from, name: freeName(db, name) } }]
}

function stateOf(db: Db, classId: number): ClassState | undefined {
  const found = row<{ name: string; removed: 0 | 1; mergedInto: number | null }>(db, 'SELECT name, removed, merged_into AS mergedInto FROM class WHERE id = ?', classId)
  return found && { ...found, removed: found.removed === 1 }
}

function liveState(db: Db, classId: number): ClassState {
  const state = stateOf(db, classId)
  if (!state || state.removed) throw new Failure('not-found', state ? `The class ${state.name} was removed. Take that back first, or pick a class of the list.` : 'This class does not exist.')
  return state
}

function refuseTaken(db: Db, name: string, exceptId?: number): void {
  const other = row<ClassRow>(db, 'SELECT id, name FROM class WHERE name = ? AND removed = 0 AND id IS NOT ?', name, exceptId ?? null)
  if (other) throw new Failure('already-exists', `Another class is named ${name} already. Pick another name.`, { classId: other.id })
}

/** Folders that some systems take for one are two classes all the same: files may name both. */
function refuseAlike(db: Db, name: string, exceptId: number): void {
  const other = listClasses(db).find((one) => one.id !== exceptId && one.name.toLowerCase() === name.toLowerCase())
  if (other) throw new Failure('already-exists', `A class is named ${other.name} already, which differs in capitals alone. Use that class, or pick another name.`, { classId: other.id })
}

function nameOf(newName: string): string {
  const name = normalName(newName).trim()
  if (name === '') throw new Failure('invalid-input', 'A class needs a name.')
  // Nor can a folder's have one; the journal gives names with one to classes that exchange theirs.
  if (name.includes('\0')) throw new Failure('invalid-input', 'The name of a class holds a NUL character. Expected text that can be read.')
  return name
}

/** The first of the classes by its name, and how many more there are. */
function told(classes: readonly ClassState[]): { readonly className: string; readonly more?: number } {
  return { className: classes[0]!.name, ...(classes.length > 1 && { more: classes.length - 1 }) }
}

import { count, row, rows, run, type Db } from './db.ts'

export interface ClassRow {
  readonly id: number
  readonly name: string
}

/** One spelling for names that look the same: macOS writes folder names decomposed, everybody else composed. */
export function normalName(name: string): string {
  return name.normalize('NFC')
}

export function listClasses(db: Db): ClassRow[] {
  return rows<ClassRow>(db, 'SELECT id, name FROM class WHERE removed = 0 ORDER BY id')
}

interface FolderClass {
  readonly id: number
  readonly removed: 0 | 1
}

/**
 * The class that images in a folder of this name belong to, made where there is none. A class that was renamed keeps
 * the folder that it came from, and one that was merged hands it on; a folder named as a person named a class goes to
 * that class. A deleted class comes back with its folder.
 */
export function classOfFolder(db: Db, folderName: string, now: number): number {
  const name = normalName(folderName)
  const known = row<FolderClass>(db, `${mergedSql} SELECT id, removed FROM class JOIN way ON way.class_id = class.id ORDER BY length DESC LIMIT 1`, name)
  if (known?.removed === 0) return known.id
  const named = row<ClassRow>(db, 'SELECT id, name FROM class WHERE name = ? AND removed = 0', name)
  if (named) return named.id
  if (known) return comeBack(db, known.id, name)
  renameRemovedHolder(db, name)
  return Number(run(db, 'INSERT INTO class (name, folder_name, created_at) VALUES (?, ?, ?)', name, name, now).lastInsertRowid)
}

/** From the folder's own class along what each was merged into. */
const mergedSql = `WITH RECURSIVE way (class_id, length) AS (
  SELECT id, 0 FROM class WHERE folder_name = ?
  UNION SELECT merged_into, length + 1 FROM way JOIN class ON class.id = way.class_id WHERE merged_into IS NOT NULL AND length < 1000)`

/** By the name that it had, or else by its folder's. */
function comeBack(db: Db, classId: number, folderName: string): number {
  const former = formerName(db, classId) ?? folderName
  const name = row(db, 'SELECT 1 FROM class WHERE name = ? AND removed = 0', former) ? folderName : former
  renameRemovedHolder(db, name)
  run(db, 'UPDATE class SET name = ?, removed = 0, merged_into = NULL WHERE id = ?', name, classId)
  return classId
}

/** What a removed class was called before; undefined of one that was never removed. */
function formerName(db: Db, classId: number): string | undefined {
  return row<{ name: string }>(db, 'SELECT from_name AS name FROM class_change WHERE class_id = ? AND from_removed = 0 AND to_removed = 1 ORDER BY step_id DESC LIMIT 1', classId)?.name
}

/** The removed class that still has a name which is wanted for another. */
export function removedHolder(db: Db, name: string): ClassRow | undefined {
  return row<ClassRow>(db, 'SELECT id, name FROM class WHERE name = ? AND removed = 1', name)
}

/** At once and outside the journal, as an import does; a person's step has `changesOfRemovedHolder` instead. */
function renameRemovedHolder(db: Db, name: string): void {
  const removed = removedHolder(db, name)
  if (removed) run(db, 'UPDATE class SET name = ? WHERE id = ?', freeName(db, name), removed.id)
}

/** The name, or with the first number that makes it one that no class has, removed or not. */
export function freeName(db: Db, name: string): string {
  let free = name
  for (let n = 2; row(db, 'SELECT 1 FROM class WHERE name = ?', free); n++) free = `${name} ${n}`
  return free
}

export function classesByName(db: Db): ClassRow[] {
  return rows<ClassRow>(db, 'SELECT id, name FROM class WHERE removed = 0 ORDER BY name')
}

/** How many classes have a present image. */
export function classesInUse(db: Db): number {
  return count(db, 'SELECT count(*) FROM class WHERE EXISTS (SELECT 1 FROM image WHERE image.class_id = class.id AND missing = 0)')
}

export interface UsedClass extends ClassRow {
  /** The folder-derived name, which stays when a person renames the class. */
  readonly folderName: string
  /** Present training images. */
  readonly train: number
}

/** Classes with a present image, sorted by their folders' names as code points go. */
export function usedClasses(db: Db): UsedClass[] {
  return rows<UsedClass>(
    db,
    `SELECT class.id, class.name, class.folder_name AS folderName, count(*) FILTER (WHERE split = 'train') AS train
     FROM class JOIN image ON image.class_id = class.id AND image.missing = 0 GROUP BY class.id ORDER BY class.folder_name`,
  )
}

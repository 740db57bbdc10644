import type { Split } from '../../shared/contract/common.ts'
import { Failure } from '../../shared/failure.ts'
import { count, inTransaction, row, rows, run, type Db } from './db.ts'

export interface ClassRow {
  readonly id: number
  readonly name: string
}

export interface ClassCount {
  readonly classId: number
  readonly split: Split
  readonly count: number
}

/** One spelling for names that look the same: macOS writes folder names decomposed, everybody else composed. */
function normalName(name: string): string {
  return name.normalize('NFC')
}

export function listClasses(db: Db): ClassRow[] {
  return rows<ClassRow>(db, 'SELECT id, name FROM class ORDER BY id')
}

/**
 * The class that images in a folder of this name belong to, made where there is none. A class that was renamed keeps
 * the folder that it came from; a folder named as a person named a class goes to that class.
 */
export function classOfFolder(db: Db, folderName: string, now: number): number {
  const name = normalName(folderName)
  const known =
    row<ClassRow>(db, 'SELECT id, name FROM class WHERE folder_name = ?', name) ?? row<ClassRow>(db, 'SELECT id, name FROM class WHERE name = ?', name)
  return known?.id ?? Number(run(db, 'INSERT INTO class (name, folder_name, created_at) VALUES (?, ?, ?)', name, name, now).lastInsertRowid)
}

/** @throws Failure `not-found`, `already-exists` */
export function renameClass(db: Db, classId: number, newName: string): void {
  const name = normalName(newName).trim()
  if (name === '') throw new Failure('invalid-input', 'A class needs a name.')
  inTransaction(db, () => {
    if (!row(db, 'SELECT 1 FROM class WHERE id = ?', classId)) throw new Failure('not-found', 'This class does not exist.')
    const other = row<ClassRow>(db, 'SELECT id, name FROM class WHERE name = ? AND id <> ?', name, classId)
    if (other) throw new Failure('already-exists', `Another class is named ${name} already. Pick another name.`, { classId: other.id })
    run(db, 'UPDATE class SET name = ? WHERE id = ?', name, classId)
  })
}

export const classCountsSql = 'SELECT class_id AS classId, split, count(*) AS count FROM image WHERE missing = 0 AND class_id IS NOT NULL GROUP BY class_id, split'

/** Present images by class and split. */
export function classCounts(db: Db): ClassCount[] {
  return rows<ClassCount>(db, classCountsSql)
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

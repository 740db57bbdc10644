/** Taking runs off the record: first for everybody's eyes, then row by row. */
import { column, run, type Db } from './db.ts'

/** From now on nobody finds the run. */
export function markDeleted(db: Db, id: number): void {
  run(db, 'UPDATE run SET deleted = 1 WHERE id = ?', id)
}

/** Runs that a person deleted and whose files or rows may still be there. */
export function deletedRuns(db: Db): number[] {
  return column<number>(db, 'SELECT id FROM run WHERE deleted = 1')
}

/** Tables that may hold a row for each image, or for each of a million cells, by the key that their rows go along. */
const largeTables = [
  { table: 'prediction', key: 'split, image_id' },
  { table: 'run_image', key: 'split, image_id' },
  { table: 'guess', key: 'image_id' },
  { table: 'cell_expert', key: 'split, actual, predicted, expert' },
  { table: 'confusion', key: 'split, actual, predicted' },
] as const

const someSql = (table: string, key: string): string => `DELETE FROM ${table} WHERE run_id = :id AND (${key}) IN (SELECT ${key} FROM ${table} WHERE run_id = :id LIMIT :most)`

/** Takes away some of the run's rows, and its record with the last of them. Answers whether that was all. */
export function deleteSome(db: Db, id: number, most: number): boolean {
  for (const { table, key } of largeTables) {
    if (run(db, someSql(table, key), { id, most }).changes > 0) return false
  }
  run(db, 'DELETE FROM run WHERE id = ?', id)
  return true
}

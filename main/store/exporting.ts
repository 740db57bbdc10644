/** Images, labels and the names of classes of one moment, kept in temporary tables while they are written out. One export at a time. */
import type { Split } from '../../shared/contract/common.ts'
import { count, inTemporaryTables, row, rows, run, type Db } from './db.ts'

export interface ExportedImage {
  /** Position in the export, from 1. */
  readonly n: number
  readonly imageId: number
  readonly path: string
  readonly folder: string
  readonly classId: number | null
  readonly className: string | null
  readonly split: Split
  readonly width: number
  readonly height: number
}

export interface ExportCounts {
  readonly images: number
  readonly classes: number
  readonly unlabelled: number
  readonly missing: number
}

/**
 * By class, then as they were imported.
 * @param onlyCopied leaves out what cannot be copied into a class's folder: images without a label, and missing files
 */
export function beginExport(db: Db, onlyCopied: boolean): ExportCounts {
  db.exec(`CREATE TEMP TABLE IF NOT EXISTS exporting (n INTEGER PRIMARY KEY, image_id INTEGER NOT NULL, class_id INTEGER, split TEXT NOT NULL);
    CREATE TEMP TABLE IF NOT EXISTS exported_class (id INTEGER PRIMARY KEY, name TEXT NOT NULL)`)
  return inTemporaryTables(db, () => {
    endExport(db)
    run(db, `INSERT INTO temp.exporting (image_id, class_id, split) SELECT id, class_id, split FROM image ${onlyCopied ? 'WHERE class_id IS NOT NULL AND missing = 0' : ''} ORDER BY class_id, split, id`)
    run(db, 'INSERT INTO temp.exported_class (id, name) SELECT id, name FROM class WHERE id IN (SELECT class_id FROM temp.exporting)')
    const { unlabelled, missing } = row<{ unlabelled: number; missing: number }>(db, 'SELECT count(*) FILTER (WHERE class_id IS NULL) AS unlabelled, count(*) FILTER (WHERE missing = 1 AND class_id IS NOT NULL) AS missing FROM image')!
    return { images: count(db, 'SELECT count(*) FROM temp.exporting'), classes: count(db, 'SELECT count(*) FROM temp.exported_class'), unlabelled, missing }
  })
}

export function endExport(db: Db): void {
  db.exec('DELETE FROM temp.exporting; DELETE FROM temp.exported_class')
}

export function exportedAfter(db: Db, n: number, limit: number): ExportedImage[] {
  return rows<ExportedImage>(
    db,
    `SELECT exporting.n, image.id AS imageId, image.path, source.folder, exporting.class_id AS classId, exported_class.name AS className, exporting.split, image.width, image.height
     FROM temp.exporting JOIN image ON image.id = exporting.image_id JOIN source ON source.id = image.source_id LEFT JOIN temp.exported_class ON exported_class.id = exporting.class_id
     WHERE exporting.n > ? ORDER BY exporting.n LIMIT ?`,
    n,
    limit,
  )
}

/** The classes that have an image in it, by id. */
export function exportedClasses(db: Db): { readonly id: number; readonly name: string }[] {
  return rows(db, 'SELECT id, name FROM temp.exported_class ORDER BY id')
}

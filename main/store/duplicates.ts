/** Present images of the very same bytes, and what contradicts itself among them: each found by an index, of few rows. */
import { column, count, type Db } from './db.ts'

/** Contents that present images of more than one class have. Asked of the duplicates alone, of which there are few. */
const contradictedSql = `SELECT content_hash FROM image
  WHERE content_hash IN (SELECT content_hash FROM image WHERE duplicate_of IS NOT NULL) AND missing = 0
  GROUP BY content_hash HAVING min(class_id) <> max(class_id)`

/** Copies and what they are copies of, side by side. UNION would sort both, and read every image to do so. */
export const duplicatesSql = `SELECT id FROM image
  WHERE id IN (SELECT id FROM image WHERE duplicate_of IS NOT NULL UNION ALL SELECT duplicate_of FROM image WHERE duplicate_of IS NOT NULL AND missing = 0) AND missing = 0
  ORDER BY coalesce(duplicate_of, id), id`
/** Copies of one picture stand side by side. */
export const contradictionsSql = `SELECT id FROM image WHERE content_hash IN (${contradictedSql}) AND missing = 0 AND class_id IS NOT NULL ORDER BY coalesce(duplicate_of, id), id`

export const duplicateImages = (db: Db): number[] => column<number>(db, duplicatesSql)
export const contradictoryImages = (db: Db): number[] => column<number>(db, contradictionsSql)

/** How many each of them are. */
export function duplicateCounts(db: Db): { readonly duplicates: number; readonly contradictions: number } {
  return {
    duplicates: count(db, `SELECT count(*) FROM (${duplicatesSql})`),
    contradictions: count(db, `SELECT count(*) FROM (${contradictionsSql})`),
  }
}

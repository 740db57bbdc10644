/** A class that was merged into another is answered for by that one: what a run took for either counts as right by the labels of now. */
import { rows, type Db } from './db.ts'

/** By the id of a merged class, the class that answers for it by now. */
export type AnsweredBy = ReadonlyMap<number, number>

/** Along whatever each was merged into; one that was deleted since answers for nothing. */
export function answeredBy(db: Db): AnsweredBy {
  const next = new Map(rows<{ id: number; intoId: number }>(db, 'SELECT id, merged_into AS intoId FROM class WHERE removed = 1 AND merged_into IS NOT NULL').map(({ id, intoId }) => [id, intoId]))
  if (next.size === 0) return next
  const live = new Set(rows<{ id: number }>(db, 'SELECT id FROM class WHERE removed = 0').map(({ id }) => id))
  return new Map(
    [...next.keys()].flatMap((classId) => {
      let intoId = classId
      for (let steps = 0; next.has(intoId) && steps <= next.size; steps++) intoId = next.get(intoId)!
      return live.has(intoId) ? [[classId, intoId] as const] : []
    }),
  )
}

/** The same among the classes that a run tells apart. */
export function answeredByOfRun(db: Db, runId: number): AnsweredBy {
  const all = answeredBy(db)
  if (all.size === 0) return all
  const known = new Set(rows<{ classId: number }>(db, 'SELECT class_id AS classId FROM run_class WHERE run_id = ?', runId).map(({ classId }) => classId))
  return new Map([...all].filter(([classId, intoId]) => known.has(classId) && known.has(intoId)))
}

/** The answers that count as one of these by now. */
export function answersThatCount(by: AnsweredBy, classIds: readonly number[]): number[] {
  const wanted = new Set(classIds)
  return [...classIds.filter((classId) => !by.has(classId)), ...[...by].flatMap(([classId, intoId]) => (wanted.has(intoId) ? [classId] : []))]
}

/** For the SQL below: what was merged, and the classes that answer for others. */
export const mergedParameters = (by: AnsweredBy): { readonly merged: string; readonly answering: string } => ({ merged: JSON.stringify([...by]), answering: JSON.stringify([...new Set(by.values())]) })

export const mergedTable = `merged AS MATERIALIZED (SELECT json_extract(value, '$[0]') AS class_id, json_extract(value, '$[1]') AS into_id FROM json_each(:merged))`
export const countsAs = (given: string): string => `coalesce((SELECT into_id FROM merged WHERE class_id = ${given}), ${given})`

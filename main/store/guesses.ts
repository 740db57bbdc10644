/** What a run takes images for: those of a split that it was scored on, and others that it looked at besides. */
import type { Split } from '../../shared/contract/common.ts'
import type { ImageAnswers, NamedGuess } from '../../shared/contract/images.ts'
import { inTransaction, row, rows, run, type Db } from './db.ts'
import type { StoredGuess, StoredPrediction } from './evaluations.ts'

const splitsOf = "split IN ('train', 'val', 'test')"

export const bestGuessesSql = `
  SELECT imageId, class.id AS classId, class.name AS className, confidence AS probability FROM (
    SELECT image_id AS imageId, predicted AS classId, confidence FROM json_each(:ids) AS wanted CROSS JOIN prediction ON run_id = :runId AND ${splitsOf} AND image_id = wanted.value
    UNION ALL
    SELECT image_id, json_extract(guesses, '$[0][0]'), confidence FROM json_each(:ids) AS wanted CROSS JOIN guess ON run_id = :runId AND image_id = wanted.value
  ) AS found JOIN class ON class.id = found.classId`

/** By image id, the best guess of the run. */
export function bestGuesses(db: Db, runId: number, imageIds: readonly number[]): Map<number, NamedGuess> {
  const found = rows<NamedGuess & { readonly imageId: number }>(db, bestGuessesSql, { runId, ids: JSON.stringify(imageIds) })
  return new Map(found.map(({ imageId, ...guess }) => [imageId, guess]))
}

interface StoredAnswers {
  readonly split: Split | null
  readonly actual: number | null
  readonly guesses: string
  readonly experts: string
  readonly expertsAsked: number
}

/** Null where the run never looked at the image. */
export function answersOf(db: Db, runId: number, imageId: number): ImageAnswers | null {
  const found =
    row<StoredAnswers>(db, `SELECT split, actual, guesses, experts, experts_asked AS expertsAsked FROM prediction WHERE run_id = ? AND ${splitsOf} AND image_id = ?`, runId, imageId) ??
    row<StoredAnswers>(db, 'SELECT NULL AS split, NULL AS actual, guesses, experts, experts_asked AS expertsAsked FROM guess WHERE run_id = ? AND image_id = ?', runId, imageId)
  if (!found) return null
  const [guesses, experts] = [found.guesses, found.experts].map((text) => JSON.parse(text) as StoredGuess[]) as [StoredGuess[], StoredGuess[]]
  const ids = [...guesses, ...experts].map(([classId]) => classId)
  const names = new Map(rows<{ id: number; name: string }>(db, 'SELECT id, name FROM class WHERE id IN (SELECT value FROM json_each(?))', JSON.stringify(ids)).map(({ id, name }) => [id, name]))
  const named = ([classId, probability]: StoredGuess): NamedGuess => ({ classId, className: names.get(classId) ?? '', probability })
  return { split: found.split, actual: found.actual, guesses: guesses.map(named), experts: experts.map(named), expertsAsked: found.expertsAsked }
}

/** Replaces what the run answered for these images before. */
export function saveGuesses(db: Db, runId: number, predictions: Iterable<Pick<StoredPrediction, 'imageId' | 'guesses' | 'experts' | 'expertsAsked'>>): void {
  inTransaction(db, () => {
    for (const { imageId, guesses, experts, expertsAsked } of predictions) {
      run(db, 'INSERT OR REPLACE INTO guess (run_id, image_id, guesses, experts, experts_asked) VALUES (?, ?, ?, ?, ?)', runId, imageId, JSON.stringify(guesses), JSON.stringify(experts), expertsAsked)
    }
  })
}

/** The run answers otherwise from now on. */
export function dropGuesses(db: Db, runId: number): void {
  run(db, 'DELETE FROM guess WHERE run_id = ?', runId)
}

/** Present images without a label, by id. */
export function unlabelledImages(db: Db): number[] {
  return rows<{ id: number }>(db, 'SELECT id FROM image WHERE class_id IS NULL AND missing = 0 ORDER BY id').map(({ id }) => id)
}

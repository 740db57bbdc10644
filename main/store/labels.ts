/** The labels of images, each change a step of the journal. */
import type { About, Labelled, Step, StepOfGuesses } from '../../shared/contract/labels.ts'
import { Failure } from '../../shared/failure.ts'
import { bringInTyped, type StepOfClass } from './classChanges.ts'
import { count, row, rows, type Db } from './db.ts'
import { piecesOf, takingStep, type ChangeQuery } from './journal.ts'

const unknownSql = 'SELECT value AS imageId FROM json_each(?) WHERE value NOT IN (SELECT id FROM image) LIMIT 1'
const changesSql = 'SELECT id, class_id, ? FROM image WHERE id IN (SELECT value FROM json_each(?)) AND class_id IS NOT ? ORDER BY id'
/** By image, the class of one of its guesses; null where there is none. */
const guessedClassSql = `
  SELECT wanted.value AS imageId, class.id AS classId FROM (SELECT ? AS runId, ? AS place) CROSS JOIN json_each(?) AS wanted
  LEFT JOIN class ON removed = 0 AND class.id = json_extract(coalesce(
    (SELECT guesses FROM prediction WHERE run_id = runId AND split IN ('train', 'val', 'test') AND image_id = wanted.value LIMIT 1),
    (SELECT guesses FROM guess WHERE run_id = runId AND image_id = wanted.value)), place)`
const guessedSql = `SELECT id, class_id, classId FROM (${guessedClassSql}) JOIN image ON id = imageId WHERE class_id IS NOT classId AND classId IS NOT NULL ORDER BY id`
const withoutGuessSql = `SELECT count(*) FROM (${guessedClassSql}) WHERE classId IS NULL`

/**
 * In pieces, all of which belong into one transaction.
 * @param imageIds each of them once
 * @param classId null takes the labels away
 * @throws Failure `not-found` where the class or an image does not exist; nothing is changed then
 */
export function* settingLabels(db: Db, imageIds: ArrayLike<number>, classId: number | null): Generator<void, Step> {
  return yield* takingStep(db, aboutSetting(db, classId), { labels: changesTo(db, imageIds, classId) })
}

/**
 * Makes the class that the images get, which an undo takes back with their labels; in pieces, all of which belong into one transaction.
 * @throws Failure `not-found`, `invalid-input`; `already-exists` with the id of the class that has the name
 */
export function* settingNewLabels(db: Db, imageIds: ArrayLike<number>, newName: string, now: number): Generator<void, StepOfClass> {
  const { classId, name, changes } = bringInTyped(db, newName, now)
  const step = yield* takingStep(db, { what: 'relabel', className: name, isNew: true }, { classes: changes, labels: changesTo(db, imageIds, classId) })
  return { classId, ...step }
}

/**
 * Gives each image its own guess of the run; a class that was removed since is no guess. In pieces, all of which belong
 * into one transaction.
 * @param guess `nth` counts from 1
 * @throws Failure `not-found` where an image does not exist
 */
export function* settingGuesses(db: Db, imageIds: ArrayLike<number>, { runId, nth }: { readonly runId: number; readonly nth: number }): Generator<void, StepOfGuesses> {
  let withoutGuess = 0
  function* changes(): Generator<ChangeQuery> {
    for (const chosen of knownPieces(db, imageIds)) {
      const values = [runId, `$[${nth - 1}][0]`, chosen]
      withoutGuess += count(db, withoutGuessSql, ...values)
      yield { sql: guessedSql, values }
    }
  }
  const step = yield* takingStep(db, { what: 'guess', nth }, { labels: changes() })
  return { ...step, withoutGuess }
}

/** @throws Failure `not-found` where an image does not exist */
function* changesTo(db: Db, imageIds: ArrayLike<number>, classId: number | null): Generator<ChangeQuery> {
  for (const chosen of knownPieces(db, imageIds)) yield { sql: changesSql, values: [classId, chosen, classId] }
}

/** The ids in pieces, each as JSON. @throws Failure `not-found` where an image does not exist */
function* knownPieces(db: Db, imageIds: ArrayLike<number>): Generator<string> {
  for (const some of piecesOf(imageIds)) {
    const chosen = JSON.stringify(some)
    const unknown = row<{ imageId: number }>(db, unknownSql, chosen)
    if (unknown) throw new Failure('not-found', `There is no image ${unknown.imageId} in this project.`)
    yield chosen
  }
}

function aboutSetting(db: Db, classId: number | null): About {
  if (classId === null) return { what: 'unlabel' }
  const found = row<{ name: string; removed: 0 | 1 }>(db, 'SELECT name, removed FROM class WHERE id = ?', classId)
  if (!found) throw new Failure('not-found', 'This class does not exist. Pick one of the list, or make it first.')
  if (found.removed) throw new Failure('not-found', `The class ${found.name} was removed. Pick one of the list, or make it again first.`)
  return { what: 'relabel', className: found.name }
}

/** Every change of the image's label, newest first. */
export function labelHistory(db: Db, imageId: number): Labelled[] {
  return rows<Labelled>(
    db,
    `SELECT label_step.at, label_step.kind, before.name AS "from", after.name AS "to" FROM label
       JOIN label_step ON label_step.id = label.step_id
       LEFT JOIN class AS before ON before.id = from_class_id LEFT JOIN class AS after ON after.id = to_class_id
     WHERE image_id = ? ORDER BY step_id DESC`,
    imageId,
  )
}

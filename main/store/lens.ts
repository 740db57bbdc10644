/** What each expert made of classes and cells, and the images that stand out: by the labels of now, or as measured. */
import type { LabelTime, Listed } from '../../shared/contract/confusions.ts'
import type { ImagePage } from './cellImages.ts'
import { movedPredictions, touched, type Scored } from './confusions.ts'
import { count, rows, type Db } from './db.ts'
import type { StoredGuess } from './evaluations.ts'
import { addImage, emptySums, type ExpertSums } from './expertSums.ts'
import { answeredByOfRun, answersThatCount, countsAs, mergedParameters, mergedTable, type AnsweredBy } from './mergedClasses.ts'

/** Of everything where classes are left out. */
interface OfSome {
  readonly actual?: readonly number[] | undefined
  readonly predicted?: readonly number[] | undefined
}

const among = (column: string, name: string, isGiven: boolean): string => (isGiven ? ` AND ${column} IN (SELECT value FROM json_each(:${name}))` : '')
const inScope = (of: OfSome, table: string): string => among(`${table}.actual`, 'actual', of.actual !== undefined) + among(`${table}.predicted`, 'predicted', of.predicted !== undefined)
/** By now, what was taken for a merged class counts as taken for the one that answers for it. */
const byNow = (by: AnsweredBy, { actual, predicted }: OfSome): OfSome => ({ actual, predicted: predicted && answersThatCount(by, predicted) })
const parametersOf = (scored: Scored, { actual, predicted }: OfSome, by: AnsweredBy) => ({ ...scored, ...mergedParameters(by), ...(actual && { actual: JSON.stringify(actual) }), ...(predicted && { predicted: JSON.stringify(predicted) }) })

export const lensSql = (of: OfSome): string => `
  SELECT actual, sum(count) AS images, sum(iif(actual = predicted, count, 0)) AS right, sum(apart) AS apart, sum(pairs_apart) AS pairsApart, sum(another_right) AS anotherRight, sum(all_wrong) AS allWrong
  FROM confusion WHERE run_id = :runId AND split = :split${inScope(of, 'confusion')} GROUP BY actual`

// Grouped along the key by class alone, as grouping by expert too would sort every row.
export const lensExpertsSql = (of: OfSome, experts: number): string => `
  SELECT actual, ${Array.from({ length: experts }, (_, n) => `sum(iif(expert = ${n}, right_images, 0)), sum(iif(expert = ${n}, last_asked, 0))`).join(', ')}
  FROM cell_expert WHERE run_id = :runId AND split = :split${inScope(of, 'cell_expert')} GROUP BY actual`

/** How many experts answered: as many as in any cell. */
const expertsSql = `
  SELECT count(*) FROM cell_expert WHERE run_id = :runId AND split = :split
    AND (actual, predicted) = (SELECT actual, predicted FROM cell_expert WHERE run_id = :runId AND split = :split LIMIT 1)`

/** By true class: what the experts made of its images. */
export function lens(db: Db, scored: Scored, asked: OfSome, labels: LabelTime): Map<number, ExpertSums> {
  const by = answeredByOfRun(db, scored.runId)
  const of = labels === 'now' ? byNow(by, asked) : asked
  const classes = new Map<number, ExpertSums>()
  const sumsOf = (classId: number): ExpertSums => {
    const known = classes.get(classId) ?? emptySums()
    classes.set(classId, known)
    return known
  }
  const parameters = parametersOf(scored, of, by)
  for (const { actual, ...sums } of rows<Omit<ExpertSums, 'expertRight' | 'lastAsked'> & { actual: number }>(db, lensSql(of), parameters)) Object.assign(sumsOf(actual), sums)
  const experts = count(db, expertsSql, scored)
  for (const { actual, ...answered } of experts > 0 ? rows<Record<string, number> & { readonly actual: number }>(db, lensExpertsSql(of, experts), parameters) : []) {
    const sums = sumsOf(actual)
    for (const [n, images] of Object.values(answered).entries()) (n % 2 === 0 ? sums.expertRight : sums.lastAsked).push(images)
  }
  if (labels === 'measured') return classes
  const isWanted = scope(of)
  const answering = (classId: number): number => by.get(classId) ?? classId
  for (const image of changedImages(db, scored, by)) {
    if (isWanted(image.actual, image.predicted)) addImage(sumsOf(image.actual), image, image.actual, -1)
    if (image.known && isWanted(image.classId, image.predicted)) addImage(sumsOf(image.classId), image, image.classId, 1, answering)
  }
  return classes
}

function scope({ actual, predicted }: OfSome): (truth: number, taken: number) => boolean {
  const [truths, takens] = [actual && new Set(actual), predicted && new Set(predicted)]
  return (truth, taken) => (truths?.has(truth) ?? true) && (takens?.has(taken) ?? true)
}

/** What has another label by now; and all that was scored of classes that answer for others, as more answers to it are right than were. */
const changed = `changed AS MATERIALIZED (SELECT prediction.image_id FROM ${movedPredictions}
  UNION SELECT image_id FROM prediction INDEXED BY prediction_by_cell WHERE run_id = :runId AND split = :split AND actual IN (SELECT value FROM json_each(:answering)))`

/** To be joined with: what was scored of those. */
const changedPredictions = `changed CROSS JOIN prediction ON prediction.run_id = :runId AND prediction.split = :split AND prediction.image_id = changed.image_id
  CROSS JOIN image ON image.id = prediction.image_id`

const changedImagesSql = `
  WITH ${touched}, ${changed}
  SELECT prediction.actual, prediction.predicted, prediction.experts, prediction.experts_asked AS expertsAsked, coalesce(image.class_id, 0) AS classId,
    EXISTS (SELECT 1 FROM run_class WHERE run_id = :runId AND class_id = image.class_id) AS known
  FROM ${changedPredictions}`

interface ChangedImage {
  readonly actual: number
  readonly predicted: number
  readonly experts: readonly StoredGuess[]
  readonly expertsAsked: number
  /** Of now. */
  readonly classId: number
  /** Whether the run knows that class. */
  readonly known: boolean
}

function changedImages(db: Db, scored: Scored, by: AnsweredBy): ChangedImage[] {
  const found = rows<Omit<ChangedImage, 'experts' | 'known'> & { readonly experts: string; readonly known: number }>(db, changedImagesSql, { ...scored, ...mergedParameters(by) })
  return found.map((image) => Object.assign(image, { experts: JSON.parse(image.experts) as StoredGuess[], known: image.known === 1 }))
}

interface Kind {
  readonly index: string
  /** Of the measured class. */
  readonly stored: string
  /** Of the class of now. */
  readonly now: string
}

const kinds: Readonly<Record<Exclude<Listed, 'moved'>, Kind>> = {
  anotherRight: {
    index: 'prediction_another_right',
    stored: 'prediction.experts_right > 0',
    now: `EXISTS (SELECT 1 FROM json_each(prediction.experts) WHERE ${countsAs("json_extract(value, '$[0]')")} = image.class_id)`,
  },
  allWrong: { index: 'prediction_all_wrong', stored: 'prediction.answers = 1', now: 'prediction.answers = 1' },
}

const surestFirst = 'ORDER BY confidence DESC, imageId DESC LIMIT :limit OFFSET :offset'
const columns = 'SELECT prediction.image_id AS imageId, prediction.confidence AS confidence'

const storedOf = ({ index, stored }: Kind, of: OfSome): string => `
  ${columns} FROM prediction INDEXED BY ${index}
  WHERE prediction.run_id = :runId AND prediction.split = :split AND prediction.actual <> prediction.predicted AND ${stored}${inScope(of, 'prediction')}`

const changedInto = ({ now }: Kind, of: OfSome): string => `
  FROM ${changedPredictions}
  WHERE image.class_id <> ${countsAs('prediction.predicted')} AND image.class_id IN (SELECT class_id FROM run_class WHERE run_id = :runId) AND ${now}
    ${among('image.class_id', 'actual', of.actual !== undefined)}${among('prediction.predicted', 'predicted', of.predicted !== undefined)}`

export const listedSql = (listed: Listed, of: OfSome, labels: LabelTime): string => {
  if (listed === 'moved') return `WITH ${touched} ${columns} FROM ${movedPredictions} WHERE true${inScope(of, 'prediction')} ${surestFirst}`
  const kind = kinds[listed]
  if (labels === 'measured') return `${storedOf(kind, of)} ${surestFirst}`
  return `WITH ${touched}, ${changed}, ${mergedTable}
    ${storedOf(kind, of)} AND prediction.image_id NOT IN changed UNION ALL ${columns} ${changedInto(kind, of)} ${surestFirst}`
}

/** A page of the images that stand out, the surest mistake first. */
export function listedImages(db: Db, scored: Scored, listed: Listed, asked: OfSome, labels: LabelTime, page: ImagePage): { readonly total: number; readonly imageIds: number[] } {
  const by = answeredByOfRun(db, scored.runId)
  const of = labels === 'now' ? byNow(by, asked) : asked
  const parameters = parametersOf(scored, of, by)
  const found = rows<{ readonly imageId: number }>(db, listedSql(listed, of, labels), { ...parameters, ...page })
  return { total: listedTotal(db, parameters, listed, of, labels), imageIds: found.map(({ imageId }) => imageId) }
}

function listedTotal(db: Db, parameters: ReturnType<typeof parametersOf>, listed: Listed, of: OfSome, labels: LabelTime): number {
  if (listed === 'moved') return count(db, `WITH ${touched} SELECT count(*) FROM ${movedPredictions} WHERE true${inScope(of, 'prediction')}`, parameters)
  const kind = kinds[listed]
  const column = listed === 'anotherRight' ? 'another_right' : 'all_wrong'
  const measured = count(db, `SELECT coalesce(sum(${column}), 0) FROM confusion WHERE run_id = :runId AND split = :split${inScope(of, 'confusion')}`, parameters)
  if (labels === 'measured') return measured
  const away = `SELECT count(*) FROM ${changedPredictions} WHERE prediction.actual <> prediction.predicted AND ${kind.stored}${inScope(of, 'prediction')}`
  return measured + count(db, `WITH ${touched}, ${changed}, ${mergedTable} SELECT (SELECT count(*) ${changedInto(kind, of)}) - (${away})`, parameters)
}

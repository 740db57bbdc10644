/** What a CSV or COCO file would change, and taking it over. */
import { statSync } from 'node:fs'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PassedOver, Reading, Step, UnknownClass } from '../../../shared/contract/labels.ts'
import { Failure } from '../../../shared/failure.ts'
import { placeOf } from '../../places.ts'
import { listClasses } from '../../store/classes.ts'
import type { Db } from '../../store/db.ts'
import { inOneTransaction } from '../../store/inSlices.ts'
import { beginReading, contradictoryPaths, countingRead, endReading, nameImages, takingOver, unknownClasses, type NamedImage } from '../../store/labelFiles.ts'
import { inTurns } from '../../turns.ts'
import { refuseUnreadablePlace } from '../places.ts'
import { cocoRows } from './cocoRows.ts'
import { csvRows } from './csvRows.ts'
import { jsonElements } from './jsonElements.ts'
import { matching, unescaped } from './matching.ts'
import type { LabelRow } from './rows.ts'
import { bytesOf, textOf } from './textOf.ts'

export interface ReadJob {
  readonly db: Db
  /** As its person wrote it. */
  readonly file: string
  readonly signal: AbortSignal
  onProgress(done: number, total: number): void
}

export interface Answers {
  readonly classes: readonly UnknownClass[]
  readonly others?: 'make' | 'leave' | undefined
  readonly splits: boolean
}

export interface Taken extends Step {
  readonly made: number
  readonly passedOver: PassedOver
  readonly left: number
}

const examplesTold = 5
const classesTold = 1000
const mostClasses = 100_000
const longestName = 1024

/** @throws Failure `unreadable` that names file, line and field; `not-found`, `invalid-input` */
export function readLabels(job: ReadJob): Promise<Reading> {
  return withReading(job, (reading) => reading)
}

/** @throws Failure as reading it does; `invalid-input` where an unknown class is left unanswered */
export function importLabels(job: ReadJob, { classes, others, splits }: Answers): Promise<Taken> {
  return withReading(job, async ({ matched, splitChanges, unknownClassCount, unknownClasses: found, unchanged, unknownFiles, ambiguousFiles, contradictions, withoutClass }) => {
    const { db } = job
    const known = new Set(listClasses(db).map(({ id }) => id))
    const answers = new Map(classes.map(({ name, become }) => [name, become]))
    const become = new Map<string, number | 'make' | null>()
    const unanswered: string[] = []
    let left = 0
    for (const { name, images } of unknownClasses(db, unknownClassCount)) {
      const answer = answers.get(name) ?? others
      if (answer === undefined) unanswered.push(name)
      else if (typeof answer === 'number' && !known.has(answer)) throw new Failure('not-found', `The class that is to stand for ${name} does not exist. Pick one of the list.`)
      else become.set(name, answer === 'leave' ? null : answer)
      if (answer === 'leave') left += images
    }
    const [first, ...more] = unanswered
    if (first !== undefined) {
      const which = more.length === 0 ? `The class ${first} is` : `${first} and ${more.length === 1 ? '1 more class' : `${more.length} more classes`} are`
      throw new Failure('invalid-input', `${which} not in this project, so nothing was changed.${likeness(found, unanswered)}`, { unknownClasses: unanswered.slice(0, classesTold) })
    }
    const step = await inOneTransaction(db, matched, (own) => takingOver(own, db, path.basename(placeOf(job.file)), become, splits ? splitChanges : 0, Date.now()))
    return { ...step, passedOver: { unchanged, unknownFiles, ambiguousFiles, contradictions, withoutClass }, left }
  })
}

/** Most often a name was merely written with other capitals. */
function likeness(found: Reading['unknownClasses'], unanswered: readonly string[]): string {
  const one = found.find(({ name, like }) => like !== null && unanswered.includes(name))
  return one ? ` It has the class ${one.like}, which differs from ${one.name} in capitals alone.` : ''
}

async function withReading<Result>(job: ReadJob, work: (reading: Reading) => Result | Promise<Result>): Promise<Result> {
  const { db } = job
  const file = labelsPlace(job.file)
  beginReading(db)
  try {
    return await work(await read(job, file))
  } catch (error) {
    if (error instanceof Failure && error.code === 'unreadable') throw new Failure('unreadable', `${path.basename(file)}, ${error.message}. Nothing was changed.`)
    throw error
  } finally {
    endReading(db)
  }
}

async function read({ db, signal, onProgress }: ReadJob, file: string): Promise<Reading> {
  const { size } = statSync(file)
  const bytes = bytesOf(file, signal, (done) => onProgress(done, size))
  const isCoco = /\.json$/i.test(file)
  let columns: Reading['columns'] = null
  const batches = isCoco ? cocoRows(db, jsonElements(bytes)) : csvRows(textOf(bytes), (found) => (columns = found))

  const match = matching(db, path.dirname(file))
  const names = new Set(listClasses(db).map(({ name }) => name))
  const labelsSeen = new Set<string>()
  const unknown = told()
  const ambiguous = told()
  let rowCount = 0
  for await (const batch of batches) {
    const named: NamedImage[] = []
    for (const row of batch) {
      rowCount += 1
      const labels = row.labels.map((label) => labelOf(label, names, row, isCoco))
      for (const label of labels) labelsSeen.add(label)
      if (labelsSeen.size > mostClasses) throw new Failure('unreadable', `line ${row.line}: there are more than ${mostClasses.toLocaleString('en-US')} classes so far. Expected a column or list of class names`)
      const found = await match.find(row)
      if (found === 'unknown') unknown.add(row.path)
      else if (found === 'ambiguous') ambiguous.add(row.path)
      else named.push({ imageId: found, label: labels[0] ?? null, split: row.split, isContradictory: new Set(labels).size > 1 })
    }
    nameImages(db, named)
    if (signal.aborted) throw new Failure('cancelled', 'Reading the file was cancelled; nothing was changed.')
    await nextTurn()
  }
  const byLower = new Map([...names].map((name) => [name.toLowerCase(), name]))
  const { contradictions, ...counts } = await inTurns(countingRead(db), signal)
  return {
    format: isCoco ? 'coco' : 'csv',
    columns,
    rows: rowCount,
    ...counts,
    unknownFiles: unknown.all(),
    ambiguousFiles: ambiguous.all(),
    contradictions: { count: contradictions, examples: contradictoryPaths(db, examplesTold) },
    unknownClasses: unknownClasses(db, classesTold).map(({ name, images }) => ({ name, images, like: byLower.get(name.toLowerCase()) ?? null })),
  }
}

/** The name of the class that is meant. White space around it counts only where a class has it, as from a folder's name. */
function labelOf(written: string, names: ReadonlySet<string>, { line }: LabelRow, isCoco: boolean): string {
  const plain = written.normalize('NFC')
  const trimmed = plain.trim()
  const spellings = isCoco ? [plain, trimmed] : [plain, trimmed, unescaped(plain), unescaped(trimmed).trim()]
  const name = spellings.find((spelling) => names.has(spelling)) ?? spellings.at(-1)!
  if (name.length > longestName) throw new Failure('unreadable', `line ${line}: the name of a class has more than ${longestName.toLocaleString('en-US')} characters`)
  return name
}

/** A file that ends. @throws Failure `not-found`, `invalid-input` */
function labelsPlace(written: string): string {
  const file = placeOf(written)
  refuseUnreadablePlace(file, 'Choose a CSV or COCO file.')
  if (!/\.(csv|tsv|txt|json)$/i.test(file)) throw new Failure('invalid-input', `${file} ends in none of .csv, .tsv, .txt and .json. Choose a CSV file, or a COCO file that ends in .json.`)
  return file
}

/** Counts, and keeps the first. */
function told(): { add(example: string): void; all(): { count: number; examples: string[] } } {
  let count = 0
  const examples: string[] = []
  return {
    add(example) {
      count += 1
      if (examples.length < examplesTold) examples.push(example.slice(0, 500))
    },
    all: () => ({ count, examples }),
  }
}

/** Runs, the data each of them was frozen with, and what their epochs reached. */
import type { Split } from '../../shared/contract/common.ts'
import type { Epoch, Run, RunStatus } from '../../shared/contract/runs.ts'
import { DialSchema, type Dial } from '../../shared/dial.ts'
import { Failure, type FailureCode, type FailureData } from '../../shared/failure.ts'
import { RunConfigSchema, type RunConfig } from '../../shared/recipe.ts'
import { checked } from '../../shared/rpc.ts'
import { inTransaction, row, rows, run, type Db } from './db.ts'
import { evaluationOf, scoredSplits } from './evaluations.ts'

/** A run as the database knows it; its checkpoints lie in its folder. */
export interface RunRecord extends Omit<Run, 'hasCheckpoint' | 'canResume'> {
  readonly failureCode: FailureCode | null
}

/** A process, told apart from a later one that was given the same number. */
export interface Owner {
  readonly pid: number
  /** When it started, in the system's own words; null where the system does not tell. */
  readonly started: string | null
}

interface RunRow {
  readonly id: number
  readonly name: string
  readonly status: RunStatus
  readonly failure: string | null
  readonly failure_code: FailureCode | null
  readonly config: string
  readonly classes: number
  readonly train_images: number
  readonly val_images: number
  readonly epochs_done: number
  readonly created_at: number
  readonly seconds: number
  readonly images_per_second: number | null
  readonly peak_memory_bytes: number | null
  readonly device: string | null
  readonly tensorflow: string | null
  readonly threshold: number | null
  readonly dial: string | null
  readonly notes: string
  readonly guessed: 0 | 1
}

const runColumns = `run.*, (SELECT count(*) FROM run_class WHERE run_class.run_id = run.id) AS classes,
  EXISTS (SELECT 1 FROM guess WHERE guess.run_id = run.id) AS guessed`

/** What there is to train with: classes that have a training image, and images by split, unlabelled ones left out. */
export function trainableCounts(db: Db): { readonly classes: number; readonly train: number; readonly labelled: number; readonly images: number } {
  return row<ReturnType<typeof trainableCounts>>(
    db,
    `SELECT count(*) AS images, count(class_id) AS labelled,
       count(DISTINCT class_id) FILTER (WHERE split = 'train') AS classes, count(class_id) FILTER (WHERE split = 'train') AS train
     FROM image WHERE missing = 0`,
  )!
}

export function runById(db: Db, id: number): RunRecord | undefined {
  const found = row<RunRow>(db, `SELECT ${runColumns} FROM run WHERE id = ? AND deleted = 0`, id)
  return found && recordOf(db, found)
}

/** Newest first. */
export function listRuns(db: Db): RunRecord[] {
  return rows<RunRow>(db, `SELECT ${runColumns} FROM run WHERE deleted = 0 ORDER BY id DESC`).map((found) => recordOf(db, found))
}

function recordOf(db: Db, found: RunRow): RunRecord {
  return {
    id: found.id,
    name: found.name,
    status: found.status,
    failure: found.failure,
    failureCode: found.failure_code,
    config: configOf(found),
    classes: found.classes,
    trainImages: found.train_images,
    valImages: found.val_images,
    epochsDone: found.epochs_done,
    createdAt: found.created_at,
    seconds: found.seconds,
    imagesPerSecond: found.images_per_second,
    peakMemoryBytes: found.peak_memory_bytes,
    device: found.device,
    tensorflow: found.tensorflow,
    threshold: found.threshold,
    dial: dialOf(found),
    notes: found.notes,
    hasGuesses: found.guessed === 1,
    evaluation: evaluationOf(db, found.id, 'val') ?? null,
    scored: scoredSplits(db, found.id),
  }
}

/** @throws Failure `damaged`, naming the run: nothing may go on with numbers that no recipe gives */
function configOf({ id, config }: RunRow): RunConfig {
  try {
    return checked(RunConfigSchema, withReweight(JSON.parse(config)), 'config')
  } catch (error) {
    const how = error instanceof Error ? error.message : String(error)
    throw new Failure('damaged', `The configuration of run ${id} was altered by another program and cannot be used (${how}). Put a copy of the project from before in its place.`)
  }
}

/** @throws Failure `damaged`: a run whose setting cannot be read would answer otherwise than its figures say */
function dialOf({ id, dial }: RunRow): Dial | null {
  if (dial === null) return null
  try {
    return checked(DialSchema, JSON.parse(dial), 'dial')
  } catch (error) {
    const how = error instanceof Error ? error.message : String(error)
    throw new Failure('damaged', `The saved adjustment of run ${id} was altered by another program and cannot be used (${how}). Put a copy of the project from before in its place.`)
  }
}

/** Before there was a choice, the loss said whether rare classes weigh more late in training: never in these. */
const plainOnce: ReadonlySet<unknown> = new Set(['ce', 'focal'])

function withReweight(config: unknown): unknown {
  return typeof config === 'object' && config !== null && 'loss' in config ? { reweight: plainOnce.has(config.loss) ? 'never' : 'deferred', ...config } : config
}

export interface StatusDetail {
  readonly failure?: Pick<FailureData, 'code' | 'message'> | null
  readonly owner?: Owner | null
}

/** Writes a run's status; a status that something works on needs its owner, any other gives the run free. */
export function setStatus(db: Db, id: number, status: RunStatus, { failure = null, owner = null }: StatusDetail = {}): void {
  run(
    db,
    'UPDATE run SET status = ?, failure = ?, failure_code = ?, owner_pid = ?, owner_started = ? WHERE id = ?',
    status,
    failure?.message ?? null,
    failure?.code ?? null,
    owner?.pid ?? null,
    owner?.started ?? null,
    id,
  )
}

/** An empty name gives the run back the one of its number. */
export function renameRun(db: Db, id: number, name: string): void {
  run(db, "UPDATE run SET name = coalesce(nullif(?, ''), 'Run ' || id) WHERE id = ?", name, id)
}

export function setNotes(db: Db, id: number, notes: string): void {
  run(db, 'UPDATE run SET notes = ? WHERE id = ?', notes, id)
}

/** Of a router: from now on its decisions are made with it. */
export function setThreshold(db: Db, id: number, threshold: number): void {
  run(db, 'UPDATE run SET threshold = ? WHERE id = ?', threshold, id)
}

/** From now on the run answers with it; null, as it was trained. */
export function setDial(db: Db, id: number, dial: Dial | null): void {
  run(db, 'UPDATE run SET dial = ? WHERE id = ?', dial && JSON.stringify(dial), id)
}

export interface Measured {
  readonly seconds: number
  readonly imagesPerSecond?: number | null
  readonly peakMemoryBytes?: number | null
  readonly device?: string | null
  readonly tensorflow?: string | null
}

const nothingMeasured = { imagesPerSecond: null, peakMemoryBytes: null, device: null, tensorflow: null }

/** Keeps what a run took so far: memory only ever rises, and what is not known anew stays. */
export function setMeasured(db: Db, id: number, measured: Measured): void {
  run(
    db,
    `UPDATE run SET seconds = :seconds, images_per_second = coalesce(:imagesPerSecond, images_per_second),
       peak_memory_bytes = nullif(max(coalesce(:peakMemoryBytes, 0), coalesce(peak_memory_bytes, 0)), 0),
       device = coalesce(:device, device), tensorflow = coalesce(:tensorflow, tensorflow)
     WHERE id = :id`,
    { ...nothingMeasured, ...measured, id },
  )
}

/** An epoch that was trained anew, after a resume from an older checkpoint, replaces itself and what came after it. */
export function saveEpoch(db: Db, id: number, epoch: Epoch): void {
  inTransaction(db, () => {
    run(db, 'DELETE FROM epoch WHERE run_id = ? AND epoch >= ?', id, epoch.epoch)
    run(
      db,
      `INSERT INTO epoch (run_id, epoch, learning_rate, loss, top1, many, medium, few, experts, images_per_second, seconds)
       VALUES (:id, :epoch, :learningRate, :loss, :top1, :many, :medium, :few, :experts, :imagesPerSecond, :seconds)`,
      { ...epoch, experts: JSON.stringify(epoch.experts), id },
    )
    run(db, 'UPDATE run SET epochs_done = ? WHERE id = ?', epoch.epoch, id)
  })
}

/** Ends the record where the run's weights end. */
export function dropEpochsAfter(db: Db, id: number, last: number): void {
  inTransaction(db, () => {
    run(db, 'DELETE FROM epoch WHERE run_id = ? AND epoch > ?', id, last)
    run(db, 'UPDATE run SET epochs_done = ? WHERE id = ?', last, id)
  })
}

export function epochsOf(db: Db, id: number): Epoch[] {
  const found = rows<Omit<Epoch, 'experts'> & { readonly experts: string }>(
    db,
    `SELECT epoch, learning_rate AS learningRate, loss, top1, many, medium, few, experts, images_per_second AS imagesPerSecond, seconds
     FROM epoch WHERE run_id = ? ORDER BY epoch`,
    id,
  )
  return found.map(({ experts, ...epoch }) => Object.assign(epoch, { experts: JSON.parse(experts) as Epoch['experts'] }))
}

export interface RunClass {
  readonly classId: number
  readonly name: string
  /** The folder-derived name, which stays when a person renames the class. */
  readonly folderName: string
  readonly train: number
}

/** The run's classes in the order of its network's outputs. */
export function runClasses(db: Db, id: number): RunClass[] {
  return rows<RunClass>(
    db,
    `SELECT class.id AS classId, class.name AS name, class.folder_name AS folderName, run_class.train AS train
     FROM run_class JOIN class ON class.id = run_class.class_id WHERE run_class.run_id = ? ORDER BY run_class.position`,
    id,
  )
}

export interface LabelledImage {
  readonly imageId: number
  /** Class index in the run's network. */
  readonly position: number
}

/** The images of a split as the run was frozen with them, by id. */
export function frozenImages(db: Db, id: number, split: Split): LabelledImage[] {
  return rows<LabelledImage>(db, 'SELECT image_id AS imageId, position FROM run_image WHERE run_id = ? AND split = ? ORDER BY image_id', id, split)
}

/** An image that a split holds by now, with its label of now. */
export interface PresentImage {
  readonly imageId: number
  readonly path: string
  readonly className: string
  /** Null where the run does not know the class. */
  readonly position: number | null
  /** It was among the run's training images, whatever split it has by now. */
  readonly trained: 0 | 1
}

const pageSize = 2_000

export const presentPageSql = `
  SELECT image.id AS imageId, image.path AS path, class.name AS className, run_class.position AS position,
    EXISTS (SELECT 1 FROM run_image WHERE run_image.run_id = :id AND run_image.split = 'train' AND run_image.image_id = image.id) AS trained
  FROM image NOT INDEXED CROSS JOIN class ON class.id = image.class_id LEFT JOIN run_class ON run_class.run_id = :id AND run_class.class_id = image.class_id
  WHERE image.id > :after AND image.split = :split AND image.missing = 0 ORDER BY image.id LIMIT :limit`

/** By id, page by page; images without a label are left out. */
export function* presentImages(db: Db, id: number, split: Split): Generator<void, PresentImage[]> {
  const found: PresentImage[] = []
  for (let after = 0; ; ) {
    const page = rows<PresentImage>(db, presentPageSql, { id, split, after, limit: pageSize })
    found.push(...page)
    if (page.length < pageSize) return found
    after = page.at(-1)!.imageId
    yield
  }
}

/** Runs that some process says it works on. */
export function ownedRuns(db: Db): { readonly id: number; readonly owner: Owner | null }[] {
  const found = rows<{ readonly id: number; readonly pid: number | null; readonly started: string | null }>(
    db,
    `SELECT id, owner_pid AS pid, owner_started AS started FROM run WHERE status IN ('preparing', 'training', 'evaluating')`,
  )
  return found.map(({ id, pid, started }) => ({ id, owner: pid === null ? null : { pid, started } }))
}

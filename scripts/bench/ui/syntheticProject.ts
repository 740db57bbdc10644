/**
 * A project as large as any that is promised: 1,000 classes in a hierarchy of folders, 200,000 training images in a long
 * tail, a million validation images, and a finished run with an answer to each of them. Its image rows share some thousand
 * real files: every source folder is a link to the same one, so that pictures and thumbnails are real.
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { atOnce, inTransaction, run, type Db } from '../../../main/store/db.ts'
import { savingEvaluation, type StoredPrediction } from '../../../main/store/evaluations.ts'
import { beginImportStep, recordImported } from '../../../main/store/journal.ts'
import { closeStore, createStore, openStore } from '../../../main/store/open.ts'
import { insertProject } from '../../../main/store/projects.ts'
import { configOf, RunRequestSchema } from '../../../shared/recipe.ts'
import { checked } from '../../../shared/rpc.ts'
import { accuracyOf } from '../../../shared/metrics.ts'

export interface SyntheticSize {
  readonly classes: number
  readonly train: number
  readonly val: number
}

const filesInFolder = 2_000
const families = 25
const guessesKept = 9
const experts = 3

/** Makes the project in `folder`, which must not exist yet. Says what it does on stderr. */
export async function makeSyntheticProject(folder: string, size: SyntheticSize): Promise<void> {
  mkdirSync(path.join(folder, 'project'), { recursive: true })
  const pictures = await makePictures(path.join(folder, 'pictures'))
  const project = path.join(folder, 'project')
  createStore(project, (db) => insertProject(db, { id: randomUUID(), name: 'synthetic', createdAt: Date.now() }))
  const db = openStore(project)
  try {
    const trainCounts = longTail(size)
    console.error(`Making ${size.classes} classes, ${sum(trainCounts)} training and ${size.val} validation images`)
    // One connection that nobody else has: what would be lost in a power cut is made again.
    db.pragma('synchronous = OFF')
    insertClasses(db, size.classes)
    const images = insertImages(db, pictures, trainCounts, size)
    console.error('Making a run and its answers')
    insertRun(db, trainCounts, images)
    db.exec('ANALYZE')
  } finally {
    closeStore(db)
  }
}

/** Real images: noise on a colour that goes by their number, so that no two have the same bytes. */
async function makePictures(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  for (let n = 0; n < filesInFolder; n++) {
    const hue = { r: (n * 37) % 256, g: (n * 91) % 256, b: (n * 53) % 256 }
    const pixels = Buffer.alloc(96 * 96 * 3, Buffer.from([hue.r, hue.g, hue.b]))
    for (let i = 0; i < 600; i++) pixels[(i * (n + 7) * 131) % pixels.length] = (i * 17) % 256
    await sharp(pixels, { raw: { width: 96, height: 96, channels: 3 } }).jpeg().toFile(path.join(folder, fileName(n)))
  }
  return folder
}

const fileName = (n: number): string => `IMG_${String(n).padStart(5, '0')}.jpg`
const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

/** Exponential, as CIFAR-100-LT's: from the head's count down to a few, with about `train` images in all. */
function longTail({ classes, train }: SyntheticSize): number[] {
  const factor = 240
  const head = (train * Math.log(factor)) / (classes * (1 - 1 / factor))
  return Array.from({ length: classes }, (_, c) => Math.max(1, Math.round(head * (1 / factor) ** (c / Math.max(1, classes - 1)))))
}

function insertClasses(db: Db, classes: number): void {
  inTransaction(db, () => {
    for (let c = 0; c < classes; c++) {
      const name = `family-${String(c % families).padStart(2, '0')}/species-${String(c).padStart(4, '0')}`
      run(db, 'INSERT INTO class (id, name, folder_name, created_at) VALUES (?, ?, ?, 0)', c + 1, name, name)
    }
  })
}

interface Placed {
  readonly id: number
  readonly classId: number
}

function insertImages(db: Db, pictures: string, trainCounts: readonly number[], { val }: SyntheticSize): { readonly train: readonly Placed[]; readonly val: readonly Placed[] } {
  const trainAll = sum(trainCounts)
  const placed = { train: [] as Placed[], val: [] as Placed[] }
  let id = 0
  inTransaction(db, () => {
    const stepId = beginImportStep(db)
    const insert = (c: number, split: 'train' | 'val'): void => {
      const n = id % filesInFolder
      if (n === 0) {
        const source = path.join(path.dirname(pictures), `source-${String(id / filesInFolder).padStart(4, '0')}`)
        symlinkSync(pictures, source)
        run(db, 'INSERT INTO source (folder, added_at) VALUES (?, 0)', source)
      }
      id += 1
      run(
        db,
        `INSERT INTO image (source_id, path, content_hash, bytes, modified_ms, format, width, height, class_id, split, split_from, added_at)
         VALUES (?, ?, ?, 1500, 0, 'jpeg', 96, 96, ?, ?, 'folder', 0)`,
        Math.floor((id - 1) / filesInFolder) + 1,
        fileName(n),
        contentHash(n),
        c + 1,
        split,
      )
      recordImported(db, stepId, id, c + 1)
      placed[split].push({ id, classId: c + 1 })
    }
    for (const [c, count] of trainCounts.entries()) {
      for (let n = 0; n < count; n++) insert(c, 'train')
      for (let n = 0; n < Math.max(1, Math.round((val * count) / trainAll)); n++) insert(c, 'val')
    }
  })
  return placed
}

/** One a file, so that thumbnails are shared as the files are; spread over first bytes as hashes are. */
function contentHash(n: number): Buffer {
  const hash = Buffer.alloc(32)
  hash.writeUInt32LE(n + 1)
  return hash
}

function insertRun(db: Db, trainCounts: readonly number[], images: ReturnType<typeof insertImages>): void {
  const config = configOf(checked(RunRequestSchema, { experts }, 'bench'))
  const classes = trainCounts.length
  inTransaction(db, () => {
    run(
      db,
      `INSERT INTO run (id, name, status, config, train_images, val_images, epochs_done, created_at, seconds) VALUES (1, 'Run 1', 'finished', ?, ?, ?, 30, 0, 60)`,
      JSON.stringify(config),
      images.train.length,
      images.val.length,
    )
    for (const [c, train] of trainCounts.entries()) run(db, 'INSERT INTO run_class (run_id, position, class_id, train) VALUES (1, ?, ?, ?)', c, c + 1, train)
    run(db, `INSERT INTO run_image (run_id, image_id, split, position) SELECT 1, id, split, class_id - 1 FROM image`)
  })
  const actual = images.val.map(({ classId }) => classId - 1)
  const predicted = images.val.map(({ id, classId }) => answer(id, classId - 1, classes))
  const accuracy = accuracyOf(actual, predicted, trainCounts)
  const evaluation = { split: 'val' as const, images: actual.length, ...accuracy, experts: Array.from({ length: experts }, () => accuracy), expertsUsed: experts, imagesPerSecond: 1000, routing: null, fast: null }
  atOnce(db, savingEvaluation(db, 1, evaluation, answers(images.val, predicted, classes)))
}

/** Seven in ten right, a quarter within the family's neighbours, the rest anywhere. By the image's number, so the same every time. */
function answer(id: number, c: number, classes: number): number {
  const draw = scrambled(id)
  if (draw % 100 < 70) return c
  if (draw % 100 < 95) return (c + families * (1 + (draw % 7))) % classes
  return scrambled(draw) % classes
}

function scrambled(n: number): number {
  return Math.imul(n ^ (n >>> 15), 0x2c1b3c6d) >>> 8
}

function* answers(images: readonly Placed[], predicted: readonly number[], classes: number): Generator<StoredPrediction> {
  for (const [n, { id, classId }] of images.entries()) {
    const first = predicted[n]! + 1
    const guesses = Array.from({ length: guessesKept }, (_, rank) => [((first - 1 + rank * families) % classes) + 1, Math.round(1e6 * 0.6 ** (rank + 1)) / 1e6] as const)
    const given = Array.from({ length: experts }, (_, e) => [scrambled(id + e) % 10 < 8 ? first : classId, 0.5] as const)
    yield { imageId: id, actual: classId, predicted: first, guesses, experts: given, expertsAsked: experts }
  }
}

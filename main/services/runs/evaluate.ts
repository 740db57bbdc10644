/** Scoring a run again: on a split as it is by now, or on a folder outside the project. */
import { mkdirSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Split } from '../../../shared/contract/common.ts'
import type { ClassResult } from '../../../shared/contract/confusions.ts'
import { Failure } from '../../../shared/failure.ts'
import { temporaryName } from '../../atomic.ts'
import type { Decoders } from '../../importer/decoders.ts'
import { scanFolder } from '../../importer/scan.ts'
import { imageFiles } from '../../store/imageFiles.ts'
import { presentImages, runClasses, type LabelledImage, type RunClass, type RunRecord } from '../../store/runs.ts'
import type { EvaluateResult } from '../../trainer/contract.ts'
import { inTurns } from '../../turns.ts'
import { writeAll } from '../../writeAll.ts'
import { diskFailure } from '../disk.ts'
import { inLanes } from '../lanes.ts'
import { preparePixels } from '../pixels.ts'
import { classResultsOf, confusionsOfResult, figuresOf, type Figures } from '../scores.ts'
import { askGuesses, scoreSplit, type Scoring } from './score.ts'

export interface Evaluating extends Scoring {
  readonly decoders: Decoders
  /** Ends the decoding, as nothing else would. */
  readonly signal: AbortSignal
}

interface Skipped {
  readonly path: string
  readonly reason: string
}

export interface Scores extends Figures {
  readonly perClass: ClassResult[]
  readonly skipped: Skipped[]
}

/**
 * With the images and labels that the split has by now; replaces what was known of the run on this split. What the run
 * was trained on measures nothing, so such images are left out where they have come into another split.
 */
export async function evaluateSplit(evaluating: Evaluating, split: Split): Promise<Scores> {
  const { project, run, decoders, signal } = evaluating
  const classes = runClasses(project.db, run.id)
  const skipped: Skipped[] = []
  const wanted: LabelledImage[] = []
  for (const { imageId, path: name, className, position, trained } of await inTurns(presentImages(project.db, run.id, split), signal)) {
    if (position === null) skipped.push({ path: name, reason: `Its class ${JSON.stringify(className)} was not in the run's training images.` })
    else if (trained && split !== 'train') skipped.push({ path: name, reason: 'The run was trained on this image, which therefore cannot test it.' })
    else wanted.push({ imageId, position })
  }

  const files = imageFiles(project.db, wanted.map(({ imageId }) => imageId))
  const pixels = await preparePixels(project.cache, files, run.config, decoders, { signal })
  const unreadable = new Set(pixels.unreadable.map(({ imageId }) => imageId))
  skipped.push(...pixels.unreadable.map((image) => ({ path: image.path, reason: image.reason })))
  const images = wanted.filter(({ imageId }) => !unreadable.has(imageId))
  if (images.length === 0) throw new Failure('not-found', `There are no ${split} images of the run's classes that can be read.`, { skipped })

  const result = await scoreSplit(evaluating, split, images, pixels.file)
  return scoresOf(result, images.map(({ position }) => position), classes, run, skipped)
}

/** Class folders anywhere on disk, matched with the run's classes by name; nothing of it is kept. */
export async function evaluateFolder(evaluating: Evaluating, folder: string): Promise<Scores> {
  const { project, run } = evaluating
  const classes = runClasses(project.db, run.id)
  const { files, skipped } = await filesOfClasses(folder, classes)
  mkdirSync(project.cache, { recursive: true })
  const pixelFile = temporaryName(path.join(project.cache, 'outside.u8'))
  try {
    const decoded = await decodeInto(pixelFile, files, evaluating, skipped)
    if (decoded.length === 0) throw new Failure('not-found', `${folder} holds no images of the run's classes that can be read.`, { skipped })
    const images = { rows: Uint32Array.from(decoded, ({ row }) => row), labels: Uint32Array.from(decoded, ({ position }) => position) }
    const result = await askGuesses(evaluating, images, pixelFile, null)
    return scoresOf(result, images.labels, classes, run, skipped)
  } catch (error) {
    throw diskFailure(error, 'The decoded images could not be stored')
  } finally {
    await rm(pixelFile, { force: true })
  }
}

interface OutsideFile {
  readonly path: string
  readonly file: string
  readonly position: number
}

async function filesOfClasses(folder: string, classes: readonly RunClass[]): Promise<{ readonly files: OutsideFile[]; readonly skipped: Skipped[] }> {
  // A class that was renamed still goes by its folder's name where no other class took that name.
  const positions = new Map([...classes.map(({ folderName }, n) => [folderName, n] as const), ...classes.map(({ name }, n) => [name, n] as const)])
  const files: OutsideFile[] = []
  const skipped: Skipped[] = []
  const unknown = new Map<string, number>()
  for await (const found of scanFolder(folder)) {
    if (found.kind === 'skipped') {
      skipped.push({ path: found.path, reason: found.reason })
      continue
    }
    if (found.className === null) {
      skipped.push({ path: found.path, reason: 'The file lies in no class folder.' })
      continue
    }
    // A run on outermost class folders knows no deeper ones.
    const position = positions.get(found.className) ?? positions.get(found.className.split('/')[0]!)
    if (position === undefined) unknown.set(found.className, (unknown.get(found.className) ?? 0) + 1)
    else files.push({ path: found.path, file: found.file, position })
  }
  for (const [name, count] of unknown) skipped.push({ path: name, reason: `No class of the run has this name; ${count === 1 ? '1 file was' : `${count} files were`} left out.` })
  return { files, skipped }
}

/** Writes row n for file n; files that cannot be read leave their row empty and are told in `skipped`. */
async function decodeInto(pixelFile: string, files: readonly OutsideFile[], { run: { config }, decoders, signal }: Evaluating, skipped: Skipped[]): Promise<{ row: number; position: number }[]> {
  const rowBytes = config.imageSize ** 2 * 3
  const decoded: { row: number; position: number }[] = []
  const pixels = await open(pixelFile, 'wx')
  try {
    await inLanes(decoders.count, files, async ({ path: name, file, position }, row) => {
      if (signal.aborted) throw new Failure('cancelled', 'Decoding the images was cancelled.')
      try {
        await writeAll(pixels, await decoders.pixels(file, config.imageSize, config.fit), row * rowBytes)
        decoded.push({ row, position })
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'unreadable') throw error
        skipped.push({ path: name, reason: error.message })
      }
    })
  } finally {
    await pixels.close()
  }
  // Lanes finish in any order; results must not depend on it.
  return decoded.sort((a, b) => a.row - b.row)
}

function scoresOf(result: EvaluateResult, actual: ArrayLike<number>, classes: readonly RunClass[], run: RunRecord, skipped: Skipped[]): Scores {
  return { ...figuresOf(result, actual, classes, run), perClass: classResultsOf(confusionsOfResult(result, actual, classes), classes), skipped }
}

/** What an export needs from here: a place where nothing is lost by it, and images that a model is held against. */
import { readdirSync, type Stats } from 'node:fs'
import path from 'node:path'
import type { ExportFormat } from '../../../shared/contract/runs.ts'
import { Failure } from '../../../shared/failure.ts'
import type { Decoders } from '../../importer/decoders.ts'
import { imageFiles } from '../../store/imageFiles.ts'
import { frozenImages, type RunRecord } from '../../store/runs.ts'
import type { ExportJob } from '../../trainer/contract.ts'
import { preparePixels } from '../pixels.ts'
import { placeToWriteAt, whatIsAt } from '../places.ts'
import type { OpenProject } from '../projects.ts'
import { pixelSet } from '../scores.ts'
import { wholePathOf } from './wholePath.ts'

/** Something that is written where a person says. */
export interface Writing {
  readonly ending: string
  /** What to do about another ending. */
  readonly written: string
  readonly isFolder: boolean
}

const formats: Readonly<Record<ExportFormat, Writing>> = {
  safetensors: { ending: '.safetensors', written: 'Weights are written as safetensors: give the file that ending.', isFolder: false },
  onnx: { ending: '.onnx', written: 'A model is written as ONNX into a file of that ending: give it.', isFolder: false },
  savedmodel: { ending: '.savedmodel', written: 'A SavedModel is a folder: give its name that ending.', isFolder: true },
}

/** All that a SavedModel written here holds; a folder with anything else is a person's own. */
const partsOfSavedModel: ReadonlyMap<string, 'file' | 'folder'> = new Map([['saved_model.pb', 'file'], ['assets', 'folder'], ['assets/model.json', 'file']])

/** What the project keeps in its own folder; the database has files beside it that begin with its name. */
const keptByProject = /^(?:runs|cache|backups|project\.sqlite.*)$/i

/** Training images that a model is held against where there are no validation images. */
const mostTrainImages = 1000

/**
 * The absolute path to write to.
 * @throws Failure that says why nothing may be written there
 */
export function exportPlace(project: OpenProject, asked: string, format: ExportFormat, replace: boolean): string {
  return placeToWrite(project, asked, formats[format], replace)
}

/** @throws Failure as `exportPlace` */
export function placeToWrite(project: OpenProject, asked: string, { ending, written, isFolder }: Writing, replace: boolean): string {
  const file = wholePathOf(asked)
  if (!file.toLowerCase().endsWith(ending)) throw new Failure('invalid-input', `${file} does not end in ${ending}. ${written}`)

  placeToWriteAt(project, file, (name) => keptByProject.test(name))
  const there = whatIsAt(file)
  if (there) refuseOverwriting(file, there, isFolder, replace)
  return file
}

function refuseOverwriting(file: string, there: Stats, isFolder: boolean, replace: boolean): void {
  if (there.isDirectory() !== isFolder) throw new Failure('already-exists', `${file} is a ${there.isDirectory() ? 'folder' : 'file'}. Choose another name.`)
  if (!replace) throw new Failure('already-exists', `${file} exists already. Choose another name, or allow that it is replaced.`, { isReplaceable: true })
  const foreign = isFolder ? foreignIn(file) : undefined
  if (foreign !== undefined) throw new Failure('already-exists', `${file} holds more than a SavedModel (${foreign}), which replacing it would delete. Choose another name.`)
}

/** The first thing in the folder, by its path there, that no export wrote. */
function foreignIn(folder: string, within = ''): string | undefined {
  for (const entry of readdirSync(path.join(folder, within), { withFileTypes: true })) {
    const name = path.posix.join(within, entry.name)
    const part = partsOfSavedModel.get(name)
    if (part === undefined || !(part === 'folder' ? entry.isDirectory() : entry.isFile())) return name
    const deeper = part === 'folder' ? foreignIn(folder, name) : undefined
    if (deeper !== undefined) return deeper
  }
  return undefined
}

/**
 * The run's validation images, or some of its training images where it has none; none for weights alone.
 * @throws Failure `not-found` where none of them can be read any more
 */
export async function imagesToHoldAgainst(project: OpenProject, run: RunRecord, format: ExportFormat, decoders: Decoders, signal: AbortSignal): Promise<Pick<ExportJob, 'pixelFile' | 'images'>> {
  if (format === 'safetensors') return { pixelFile: null, images: pixelSet([]) }
  const val = frozenImages(project.db, run.id, 'val')
  const wanted = val.length > 0 ? val : frozenImages(project.db, run.id, 'train').slice(0, mostTrainImages)
  const pixels = await preparePixels(project.cache, imageFiles(project.db, wanted.map(({ imageId }) => imageId)), run.config, decoders, { signal })
  const unreadable = new Set(pixels.unreadable.map(({ imageId }) => imageId))
  const images = wanted.filter(({ imageId }) => !unreadable.has(imageId))
  if (images.length === 0) throw new Failure('not-found', `A model is held against the run on its images before it is called done, and none of run ${run.id}'s can be read any more. Put the files back.`)
  return { pixelFile: pixels.file, images: pixelSet(images) }
}

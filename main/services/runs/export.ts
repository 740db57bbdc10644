/** What an export needs from here: a place where nothing is lost by it, and images that a model is held against. */
import { lstatSync, readdirSync, statSync, type Stats } from 'node:fs'
import path from 'node:path'
import type { ExportFormat } from '../../../shared/contract/runs.ts'
import { Failure } from '../../../shared/failure.ts'
import type { Decoders } from '../../importer/decoders.ts'
import { existingPlaceOf, refuseKernelPlace } from '../../places.ts'
import { imageFiles } from '../../store/imageFiles.ts'
import { frozenImages, type RunRecord } from '../../store/runs.ts'
import { sourceFolders } from '../../store/sources.ts'
import type { ExportJob } from '../../trainer/contract.ts'
import { preparePixels } from '../pixels.ts'
import type { OpenProject } from '../projects.ts'
import { pixelSet } from '../scores.ts'
import { isWithin } from '../within.ts'
import { wholePathOf } from './wholePath.ts'

const formats = {
  safetensors: { ending: '.safetensors', written: 'Weights are written as safetensors: give the file that ending.' },
  onnx: { ending: '.onnx', written: 'A model is written as ONNX into a file of that ending: give it.' },
  savedmodel: { ending: '.savedmodel', written: 'A SavedModel is a folder: give its name that ending.' },
} as const satisfies Record<ExportFormat, object>

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
export function exportPlace({ db, folder }: OpenProject, asked: string, format: ExportFormat, replace: boolean): string {
  const file = wholePathOf(asked)
  const { ending, written } = formats[format]
  if (!file.toLowerCase().endsWith(ending)) throw new Failure('invalid-input', `${file} does not end in ${ending}. ${written}`)

  refuseKernelPlace(file)
  const above = path.dirname(file)
  if (!statSync(above, { throwIfNoEntry: false })?.isDirectory()) throw new Failure('not-found', `${above} is no folder that anything can be written into. Make it, or choose another.`)
  const place = path.join(existingPlaceOf(above), path.basename(file))
  const source = sourceFolders(db).find((images) => isWithin(images, place))
  if (source !== undefined) throw new Failure('permission', `${file} would lie in ${source}, which images were imported from and where nothing is ever written. Choose another folder.`)
  const [kept = ''] = isWithin(folder, place) ? path.relative(folder, place).split(path.sep) : []
  if (keptByProject.test(kept)) throw new Failure('permission', `${file} would lie among the project's own files (${kept}). Choose another folder or name.`)

  const there = whatIsAt(file)
  if (there) refuseOverwriting(file, there, format, replace)
  return file
}

function refuseOverwriting(file: string, there: Stats, format: ExportFormat, replace: boolean): void {
  if (there.isDirectory() !== (format === 'savedmodel')) throw new Failure('already-exists', `${file} is a ${there.isDirectory() ? 'folder' : 'file'}. Choose another name.`)
  if (!replace) throw new Failure('already-exists', `${file} exists already. Choose another name, or allow that it is replaced.`)
  const foreign = format === 'savedmodel' ? foreignIn(file) : undefined
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

function whatIsAt(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false })
  } catch (error) {
    throw new Failure('invalid-input', `${file} cannot be a file's name here (${(error as NodeJS.ErrnoException).code}). Choose a shorter one, or another folder.`)
  }
}

/**
 * The run's validation images, or some of its training images where it has none; none for weights alone.
 * @throws Failure `not-found` where none of them can be read any more
 */
export async function imagesToHoldAgainst(project: OpenProject, run: RunRecord, format: ExportFormat, decoders: Decoders, signal: AbortSignal): Promise<Pick<ExportJob, 'pixelFile' | 'images'>> {
  if (format === 'safetensors') return { pixelFile: null, images: pixelSet([]) }
  const val = frozenImages(project.db, run.id, 'val')
  const wanted = val.length > 0 ? val : frozenImages(project.db, run.id, 'train').slice(0, mostTrainImages)
  const pixels = await preparePixels(project.folder, imageFiles(project.db, wanted.map(({ imageId }) => imageId)), run.config, decoders, { signal })
  const unreadable = new Set(pixels.unreadable.map(({ imageId }) => imageId))
  const images = wanted.filter(({ imageId }) => !unreadable.has(imageId))
  if (images.length === 0) throw new Failure('not-found', `A model is held against the run on its images before it is called done, and none of run ${run.id}'s can be read any more. Put the files back.`)
  return { pixelFile: pixels.file, images: pixelSet(images) }
}

/** Labels written out: as folders of copies, as CSV, as COCO. */
import { createWriteStream } from 'node:fs'
import { constants, copyFile, mkdir, rm, rmdir } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'csv-stringify/sync'
import { Failure } from '../../../shared/failure.ts'
import { flushPart, nameDurably, renameDurably, sweepTemporary, temporaryName } from '../../atomic.ts'
import { beginExport, endExport, exportedAfter, exportedClasses, type ExportCounts, type ExportedImage } from '../../store/exporting.ts'
import { inLanes } from '../lanes.ts'
import { writingOutside } from '../outside.ts'
import type { OpenProject } from '../projects.ts'
import { trueFile } from '../trueFile.ts'
import { cocoText } from './cocoText.ts'
import { placeForFile, placeForFolder } from './exportPlace.ts'
import { classFolders, safeName, subfoldersOf, takeName } from './safeNames.ts'

export interface ExportJob {
  readonly project: OpenProject
  readonly userFolder: string
  readonly format: 'folders' | 'csv' | 'coco'
  /** As its person wrote it. */
  readonly to: string
  readonly replace: boolean
  readonly signal: AbortSignal
  onProgress(done: number, total: number): void
}

export interface Exported extends ExportCounts {
  readonly place: string
}

const pageSize = 500
/** Copies that go on side by side. */
const lanes = 4

/** @throws Failure; what was written until then is gone */
export function exportLabels(job: ExportJob): Promise<Exported> {
  const { project, format, to, replace } = job
  const place = format === 'folders' ? placeForFolder(project, to) : placeForFile(project, to, format, replace)
  return writingOutside(job.userFolder, place, () => exportTo(place, job))
}

async function exportTo(place: string, job: ExportJob): Promise<Exported> {
  const { project, format } = job
  // What a program that was killed left of the same export.
  sweepTemporary(path.dirname(place), path.basename(place))
  const temporary = temporaryName(place)
  try {
    const counts = beginExport(project.db, format === 'folders')
    if (format === 'folders') await copyImages(job, counts, temporary)
    else await pipeline(Readable.from(textOf(job, counts)), createWriteStream(temporary, { flags: 'wx' }))
    refuseCancelled(job)
    await finish(job, temporary, place)
    return { place, ...counts }
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw error
  } finally {
    endExport(project.db)
  }
}

async function finish({ format, replace }: ExportJob, temporary: string, place: string): Promise<void> {
  if (format === 'folders') {
    // Only an empty one goes: what came to lie there meanwhile stays.
    await rmdir(place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw new Failure('already-exists', `${place} is not empty any more, so nothing was exported. Choose a folder that is new or empty.`)
    })
    renameDurably(temporary, place)
  } else if (replace) renameDurably(temporary, place)
  else if (!nameDurably(temporary, place)) throw new Failure('already-exists', `${place} exists by now, so nothing was exported. Choose another name.`)
  else await rm(temporary, { force: true })
}

function refuseCancelled({ signal }: ExportJob): void {
  if (signal.aborted) throw new Failure('cancelled', 'The export was cancelled; nothing of it was kept.')
}

/** Every image that is exported, told of as it goes. */
async function* pages(job: ExportJob, { images }: ExportCounts): AsyncGenerator<readonly ExportedImage[]> {
  for (let last = 0; ; ) {
    refuseCancelled(job)
    const page = exportedAfter(job.project.db, last, pageSize)
    if (page.length > 0) yield page
    last += page.length
    job.onProgress(last, images)
    if (page.length < pageSize) return
  }
}

function textOf(job: ExportJob, counts: ExportCounts): AsyncIterable<string> {
  return job.format === 'csv' ? csvText(pages(job, counts)) : cocoText(job.project.name, exportedClasses(job.project.db), () => pages(job, counts))
}

async function* csvText(all: AsyncIterable<readonly ExportedImage[]>): AsyncGenerator<string> {
  yield written([['path', 'source folder', 'class', 'split', 'width', 'height']])
  for await (const page of all) yield written(page.map((image) => [image.path, image.folder, image.className ?? '', image.split, image.width, image.height]))
}

/** Cells that a spreadsheet would run as a formula begin with an apostrophe. */
function written(cells: readonly (readonly (string | number)[])[]): string {
  return stringify([...cells], { escape_formulas: true })
}

/** Split folders of class folders, as an import of them finds the same again. */
async function copyImages(job: ExportJob, counts: ExportCounts, temporary: string): Promise<void> {
  const folders = classFolders(exportedClasses(job.project.db))
  const subfolders = subfoldersOf(folders.values())
  // An import takes `train` for a split only beside another one.
  for (const split of ['train', 'val']) await mkdir(path.join(temporary, split), { recursive: true })
  const made = new Set(['train', 'val'])
  let current: { readonly folder: string; readonly taken: Set<string> } | undefined
  for await (const page of pages(job, counts)) {
    const copies: { readonly image: ExportedImage; readonly to: string }[] = []
    for (const image of page) {
      const inside = folders.get(image.classId!)!
      const steps = [image.split, ...inside.split('/')]
      const folder = path.join(temporary, ...steps)
      // By class and split: what is taken in one folder is no more asked for once the next begins.
      if (folder !== current?.folder) {
        current = { folder, taken: new Set(subfolders.get(inside)) }
        await mkdir(folder, { recursive: true })
        for (let n = 1; n <= steps.length; n++) made.add(steps.slice(0, n).join('/'))
      }
      copies.push({ image, to: path.join(folder, takeName(current.taken, safeName(path.posix.basename(image.path)))) })
    }
    await inLanes(lanes, copies, async ({ image, to }) => {
      if (job.signal.aborted) return
      await copyFile(await trueFile(image), to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
      await flushPart(to)
    })
  }
  await inLanes(lanes, [...made], (folder) => flushPart(path.join(temporary, folder)))
}

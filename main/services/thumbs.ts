/**
 * Thumbnails made before anybody asks for them: after a project was opened and after its images changed, one at a time,
 * while nothing else goes on. What is missing is found by content, a 256th of all images at a time, so that a million need
 * neither a long list nor a mark in the database.
 */
import { statfs } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { WorkbenchContract } from '../../shared/contract/index.ts'
import { Failure } from '../../shared/failure.ts'
import type { Emit } from '../../shared/rpc.ts'
import type { Decoders } from '../importer/decoders.ts'
import { pace } from '../pace.ts'
import { imageFile, imagesByHash } from '../store/imageFiles.ts'
import type { Listener } from './context.ts'
import type { OpenProject, Projects } from './projects.ts'
import { keepThumb, thumbName, thumbSide, thumbsKept } from './thumbCache.ts'
import { isAsImported, trueFile } from './trueFile.ts'
import { turnstile } from './turnstile.ts'

export interface ThumbsOptions {
  readonly emit: Emit<WorkbenchContract>
  readonly projects: Projects
  readonly decoders: Decoders
  /** Whether something goes on that a person waits for. */
  isBusy(): boolean
  readonly waits?: { readonly firstMs: number; readonly busyMs: number; readonly pieceMs: number }
  /** What is left free of the disk. */
  readonly spareBytes?: number
}

interface Job {
  readonly project: OpenProject
  readonly stop: AbortController
  /** Whether images changed since its last pass began. */
  isDue: boolean
  ended: Promise<void>
}

/** First the page is shown, and what it asks for. */
const usualWaits = { firstMs: 3000, busyMs: 1000, pieceMs: 5 }
const usualSpareBytes = 2 ** 30
const tellEveryMs = 1000
const firstBytes = 256

/** @returns what hears of the projects and images that need thumbnails */
export function openThumbs({ emit, projects, decoders, isBusy, waits = usualWaits, spareBytes = usualSpareBytes }: ThumbsOptions): Listener {
  const jobs = new Map<string, Job>()
  /** One at a time, whoever's it is. */
  const inTurn = turnstile(1)

  /** One pass over a project's images. */
  const pass = async ({ project, stop: { signal } }: Job): Promise<void> => {
    const due = pace(tellEveryMs)
    let isTold = false
    const tell = (share: number | null): void => {
      if (share === null ? !isTold : !due()) return
      isTold = share !== null
      emit('images.thumbs', { projectId: project.id, share })
    }
    const rest = (ms: number): Promise<void> => pause(ms, undefined, { signal, ref: false })
    const quiet = async (): Promise<void> => {
      while (isBusy() || !decoders.isIdle()) {
        if (isBusy()) tell(null)
        await rest(waits.busyMs)
      }
    }
    try {
      await rest(waits.firstMs)
      for (let firstByte = 0; firstByte < firstBytes; firstByte++) {
        await quiet()
        if (!(await hasSpace(project.folder, spareBytes))) return
        const kept = await thumbsKept(project, firstByte)
        signal.throwIfAborted()
        const images = imagesByHash(project.db, firstByte)
        for (const [n, [imageId, contentHash]] of images.entries()) {
          if (kept.has(thumbName(contentHash))) continue
          await quiet()
          const began = performance.now()
          const made = await makeThumb(project, imageId)
          if (made === 'not kept') return
          if (made === 'kept') {
            kept.add(thumbName(contentHash))
            tell((firstByte + n / images.length) / firstBytes)
          }
          // As long as it took, so that half the time of a single core stays free.
          await rest(Math.max(waits.pieceMs, performance.now() - began))
        }
        await rest(waits.pieceMs)
      }
    } finally {
      tell(null)
    }
  }

  const makeThumb = async (project: OpenProject, imageId: number): Promise<'kept' | 'not kept' | 'left out'> => {
    const image = imageFile(project.db, imageId)
    let bytes: Uint8Array
    try {
      const file = await trueFile(image)
      // Another file by now: its content is known after the next import.
      if (!(await isAsImported(file, image))) return 'left out'
      bytes = await decoders.picture(file, thumbSide)
    } catch (error) {
      // One file's fault shows where the file is looked at. What ends the decoders ends the pass.
      if (error instanceof Failure && (error.code === 'closed' || error.code === 'internal')) throw error
      return 'left out'
    }
    return (await keepThumb(project, image.contentHash, bytes)) ? 'kept' : 'not kept'
  }

  const work = async (job: Job): Promise<void> => {
    while (job.isDue && !job.stop.signal.aborted) {
      job.isDue = false
      // Whatever ended it, as a database that cannot be read: those who ask for something are told, and this waits for its next chance.
      await inTurn(() => pass(job), job.stop.signal).catch(() => {})
    }
  }

  const wanted = (projectId: string): void => {
    const known = jobs.get(projectId)
    if (known?.isDue) return
    if (known) {
      known.isDue = true
      known.ended = known.ended.then(() => work(known))
      return
    }
    const project = projects.find(projectId)
    if (!project) return
    const job: Job = { project, stop: new AbortController(), isDue: true, ended: Promise.resolve() }
    jobs.set(projectId, job)
    job.ended = work(job)
  }

  projects.beforeClose(async ({ id }) => {
    const job = jobs.get(id)
    job?.stop.abort()
    await job?.ended
    jobs.delete(id)
  })

  return (event, payload) => {
    if (!('projectId' in payload)) return
    if (event === 'images.changed' || (event === 'projects.changed' && !jobs.has(payload.projectId))) wanted(payload.projectId)
  }
}

/** Where the disk does not tell, it has. */
async function hasSpace(folder: string, spareBytes: number): Promise<boolean> {
  const told = await statfs(folder).catch(() => undefined)
  return !told || told.bavail * told.bsize >= spareBytes
}

/** Images: importing folders of them, and listing what is there. */
import type { ImportProgress, ImportReport, imageCommands } from '../../shared/contract/images.ts'
import type { Decoders } from '../importer/decoders.ts'
import { pace } from '../pace.ts'
import { placeOf } from '../places.ts'
import { answersOf, bestGuesses } from '../store/guesses.ts'
import { imageFile } from '../store/imageFiles.ts'
import { imagesWithIds, twinsOf } from '../store/images.ts'
import { skippedCount, skippedPage } from '../store/sources.ts'
import type { Doing, HandlersOf, ServiceContext } from './context.ts'
import { diskFailure, refuseReadOnly } from './disk.ts'
import type { ImageLists } from './imageLists.ts'
import { importFolder } from './importing.ts'
import type { OpenProject, Projects } from './projects.ts'
import { markImport } from './splitting.ts'
import { trueFile } from './trueFile.ts'

export interface Images {
  readonly handlers: HandlersOf<typeof imageCommands>
  activity(): readonly Doing[]
}

interface Importing {
  readonly project: OpenProject
  readonly cancel: AbortController
  progress: ImportProgress
  ended: Promise<unknown>
}

/** Often enough to look alive, rarely enough to cost nothing. */
const progressEveryMs = 200
const changedEveryMs = 2000

export function openImages(context: ServiceContext, projects: Projects, decoders: Decoders, lists: ImageLists): Images {
  const importing = new Map<string, Importing>()

  const stop = async (projectId: string): Promise<void> => {
    const current = importing.get(projectId)
    current?.cancel.abort()
    // How it ended is for the one who started it.
    await current?.ended.catch(() => {})
  }
  projects.beforeClose((project) => stop(project.id))

  const changed = (projectId: string): void => {
    context.emit('images.changed', { projectId })
    context.emit('classes.changed', { projectId })
    context.emit('projects.changed', { projectId })
  }

  const handlers: Images['handlers'] = {
    'images.import': async ({ projectId, ...request }): Promise<ImportReport> => {
      const project = projects.get(projectId)
      refuseReadOnly(project, 'Nothing was imported')
      const cancel = new AbortController()
      const progress: ImportProgress = { projectId, folder: placeOf(request.folder), phase: 'listing', done: 0, total: 0, added: 0, skipped: 0, startedAt: Date.now() }
      const unmark = markImport(project, request)
      const current: Importing = { project, cancel, progress, ended: Promise.resolve() }
      importing.set(projectId, current)
      const due = { progress: pace(progressEveryMs), changed: pace(changedEveryMs) }
      const tell = (now: boolean): void => {
        if (due.progress(now)) context.emit('images.progress', current.progress)
      }
      const work = importFolder({
        project,
        request,
        decoders,
        signal: cancel.signal,
        onProgress: (now) => {
          const newPhase = now.phase !== current.progress.phase
          current.progress = { ...current.progress, ...now }
          tell(newPhase)
        },
        onWritten: () => {
          if (due.changed()) changed(projectId)
        },
      }).finally(unmark)
      current.ended = work
      try {
        return await work
      } catch (error) {
        throw diskFailure(error, 'The import ended before its time')
      } finally {
        importing.delete(projectId)
        tell(true)
        changed(projectId)
      }
    },
    'images.cancelImport': async ({ projectId }) => {
      projects.get(projectId)
      await stop(projectId)
      return {}
    },
    'images.importing': ({ projectId }) => {
      projects.get(projectId)
      return importing.get(projectId)?.progress ?? null
    },
    'images.list': async ({ projectId, offset, limit, ...query }) => {
      const ids = await lists.of(projects.get(projectId), query)
      const { db } = projects.get(projectId)
      const images = imagesWithIds(db, ids.subarray(offset, offset + limit))
      const guesses = query.run ? bestGuesses(db, query.run.runId, images.map((image) => image.id)) : undefined
      return { total: ids.length, images: images.map((image) => Object.assign(image, { guess: guesses?.get(image.id) ?? null })) }
    },
    'images.ids': async ({ projectId, query, first, last }) => [...(await lists.of(projects.get(projectId), query)).subarray(first, last + 1)],
    'images.place': async ({ projectId, query, imageId }) => {
      const place = (await lists.of(projects.get(projectId), query)).indexOf(imageId)
      return place < 0 ? null : place
    },
    'images.answers': ({ projectId, imageId, runId }) => answersOf(projects.get(projectId).db, runId, imageId),
    'images.twins': ({ projectId, imageId }) => twinsOf(projects.get(projectId).db, imageId),
    'images.exif': async ({ projectId, imageId }) => decoders.exif(await trueFile(imageFile(projects.get(projectId).db, imageId))),
    'images.skipped': ({ projectId, offset, limit }) => {
      const { db } = projects.get(projectId)
      return { total: skippedCount(db), skipped: skippedPage(db, offset, limit) }
    },
  }

  return {
    handlers,
    activity: () => [...importing.values()].map(({ project, progress }) => ({ projectId: project.id, what: 'import', sentence: `${progress.folder} is being imported into ${project.name}.` })),
  }
}

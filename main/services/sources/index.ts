/** Source folders: whether they are where they were, and the place of one that was moved. */
import { statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { sourceCommands } from '../../../shared/contract/sources.ts'
import { Failure } from '../../../shared/failure.ts'
import { existingPlaceOf, isOfKernel } from '../../places.ts'
import { inOneTransaction } from '../../store/inSlices.ts'
import { allSources, missingImages, refuseTaken, relinking, sourceWith } from '../../store/sources.ts'
import type { Doing, HandlersOf, ServiceContext } from '../context.ts'
import { refuseReadOnly } from '../disk.ts'
import { openFileDesk } from '../fileDesk.ts'
import type { OpenProject, Projects } from '../projects.ts'
import { settleSplits } from '../splitting.ts'
import { isWithin } from '../within.ts'
import { lookFor, type Looked, type Looking } from './looking.ts'

interface Sources {
  readonly handlers: HandlersOf<typeof sourceCommands>
  activity(): readonly Doing[]
}

const pageSize = 5000

const looking = (project: string): Omit<Doing, 'projectId'> => ({ what: 'sources', sentence: `A folder is being looked through for images of ${project}.` })

export function openSources(context: ServiceContext, projects: Projects): Sources {
  const desk = openFileDesk({
    projects,
    doings: { look: looking, relink: looking },
    onProgress: (projectId, _kind, done, total) => context.emit('sources.progress', { projectId, done, total: total ?? done }),
  })

  const missingBySource = async (projectId: string): Promise<ReadonlyMap<number, number>> => {
    const missing = new Map<number, number>()
    for (let after = 0; ; ) {
      const page = missingImages(projects.get(projectId).db, after, pageSize)
      for (const { sourceId } of page) missing.set(sourceId, (missing.get(sourceId) ?? 0) + 1)
      if (page.length < pageSize) return missing
      after = page.at(-1)!.id
      await nextTurn()
    }
  }

  return {
    handlers: {
      'sources.list': async ({ projectId }) => {
        const sources = allSources(projects.get(projectId).db)
        const missing = await missingBySource(projectId)
        return Promise.all(sources.map(async ({ id, folder }) => ({ id, folder, isThere: await isFolder(folder), missing: missing.get(id) ?? 0 })))
      },
      'sources.look': ({ projectId, sourceId, folder }) =>
        desk.doing(projectId, 'look', 'The folder could not be looked through', async (project, signal, onProgress) => (await look(project, sourceId, folder, { signal, onProgress })).found),
      'sources.relink': async ({ projectId, sourceId, folder: named }) => {
        const found = await desk.doing(projectId, 'relink', 'The folder was not changed', async (project, signal, onProgress) => {
          refuseReadOnly(project, 'The folder was not changed')
          settleSplits(project)
          const looked = await look(project, sourceId, named, { signal, onProgress })
          // Again: an import that began meanwhile says itself what is missing.
          settleSplits(project)
          await inOneTransaction(project.db, looked.found.images, (db) => relinking(db, sourceId, looked.found.folder, looked))
          return looked.found
        })
        context.emit('images.changed', { projectId })
        context.emit('classes.changed', { projectId })
        context.emit('projects.changed', { projectId })
        return found
      },
      'sources.cancel': async ({ projectId }) => {
        projects.get(projectId)
        await desk.stop(projectId)
        return {}
      },
    },
    activity: desk.activity,
  }
}

function look(project: OpenProject, sourceId: number, named: string, about: Pick<Looking, 'signal' | 'onProgress'>): Promise<Looked> {
  const source = sourceWith(project.db, sourceId)
  const folder = usable(project, named)
  refuseTaken(project.db, source, folder)
  return lookFor({ db: project.db, source, folder, ...about })
}

/** @throws Failure `not-found`, `invalid-input`, `permission` */
function usable(project: OpenProject, named: string): string {
  const place = existingPlaceOf(named)
  if (isOfKernel(place)) throw new Failure('permission', `${place} belongs to the operating system.`)
  if (!statSync(place).isDirectory()) throw new Failure('invalid-input', `${place} is a file. Expected the folder that the images lie in now.`)
  if (isWithin(project.folder, place)) throw new Failure('invalid-input', `${place} is part of the project itself. Expected the folder that the images lie in now.`)
  return place
}

function isFolder(place: string): Promise<boolean> {
  return stat(place).then((found) => found.isDirectory(), () => false)
}

/** Projects that are open, and the commands that open, make and forget them. */
import { randomUUID } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs'
import path from 'node:path'
import { activities, type Project, type projectCommands } from '../../shared/contract/projects.ts'
import { Failure } from '../../shared/failure.ts'
import { sweepTemporary } from '../atomic.ts'
import { existingPlaceOf, placeOf, refuseKernelPlace } from '../places.ts'
import type { Db } from '../store/db.ts'
import { closeStore, createStore, openStore, projectFile } from '../store/open.ts'
import { insertProject, projectTotals, readProject } from '../store/projects.ts'
import type { Doing, HandlersOf, ServiceContext } from './context.ts'
import { diskFailure } from './disk.ts'
import { sweepOutside } from './outside.ts'
import { closeReadOnly, copyToRead, openReadOnly, removeCopy, sweepCopies } from './readOnly.ts'
import { recentProjects } from './recent.ts'
import type { Outcome } from './rescuing.ts'
import { buildSample } from './sample.ts'
import { settleSplits } from './splitting.ts'

export interface OpenProject {
  readonly id: string
  readonly name: string
  readonly folder: string
  readonly createdAt: number
  /** Read-only where the folder may not be written to. */
  readonly db: Db
  /** What is decoded for a trainer lies in it; it need not exist. */
  readonly cache: string
}

/** The registry that every other service finds its project in. */
export interface Projects {
  /** @throws Failure `not-found` where no open project has the id, `closed` where it is being closed */
  get(projectId: string): OpenProject
  /** The same for those who only hear of it: undefined where it is not open any more, or about to be. */
  find(projectId: string): OpenProject | undefined
  all(): readonly OpenProject[]
  /**
   * Opens the folder's project, or answers the one that is open already.
   * @param copy of its database, made by `copyToRead`, to open it for reading alone
   */
  open(folder: string, copy?: string): OpenProject
  create(folder: string): OpenProject
  /**
   * Lets nothing begin on the project any more, waits for everything that works on it, then closes its database; closed
   * also where that rejects.
   */
  close(project: OpenProject): Promise<void>
  /**
   * Keeps a folder's project from being opened or made until it is released.
   * @throws Failure `busy` where it is open, or somebody else keeps it
   */
  reserve(place: string): () => void
  /** Called, and waited for, before a project's database closes. */
  beforeClose(listener: (project: OpenProject) => Promise<void> | void): void
}

export function openProjects(): Projects {
  const byId = new Map<string, OpenProject>()
  const closers: ((project: OpenProject) => Promise<void> | void)[] = []
  const closing = new Map<OpenProject, Promise<void>>()
  const reserved = new Set<string>()
  const refuseReserved = (place: string): void => {
    if (reserved.has(place)) throw new Failure('busy', `The project in ${place} is being rescued. Wait until that is done.`)
  }

  const shut = async (project: OpenProject): Promise<void> => {
    const broken: unknown[] = []
    for (const end of [...closers, ({ db }: OpenProject) => closeDatabase(db)]) {
      try {
        await end(project)
      } catch (error) {
        broken.push(error)
      }
    }
    byId.delete(project.id)
    closing.delete(project)
    if (broken.length > 0) throw diskFailure(broken[0], `${project.folder} is closed and loses nothing that was saved, but not everything ended as it should`)
  }

  const openAt = (place: string): OpenProject | undefined => [...byId.values()].find((project) => project.folder === place)
  const open = (folder: string, copy?: string): OpenProject => {
    const place = existingPlaceOf(folder)
    refuseReserved(place)
    const known = openAt(place)
    if (known && closing.has(known)) throw new Failure('busy', `${place} is just being closed. Open it again in a moment.`)
    if (known) {
      if (copy !== undefined) removeCopy(copy)
      return known
    }
    const db = copy === undefined ? openStore(place) : openReadOnly(copy, place)
    try {
      const stored = readProject(db)
      if (!stored) throw new Failure('damaged', `${path.join(place, projectFile)} names no project. It was not changed.`)
      const cache = path.join(db.readonly ? path.dirname(db.name) : place, 'cache')
      for (const inside of [place, path.join(place, 'backups'), cache, path.join(place, 'runs')]) sweepOwn(inside)
      // A folder that was copied carries the id of the one it was copied from; both can be open.
      const project = { ...stored, id: byId.has(stored.id) ? randomUUID() : stored.id, folder: place, cache, db }
      splitWhatIsLeft(project)
      byId.set(project.id, project)
      return project
    } catch (error) {
      closeDatabase(db)
      throw error
    }
  }

  return {
    get(projectId) {
      const project = byId.get(projectId)
      if (!project) throw new Failure('not-found', 'This project is not open any more. Open it again from the list of projects.')
      if (closing.has(project)) throw new Failure('closed', 'This project is being closed. Open it again from the list of projects.')
      return project
    },
    find(projectId) {
      const project = byId.get(projectId)
      return project && !closing.has(project) ? project : undefined
    },
    all: () => [...byId.values()],
    open,
    create(folder) {
      const place = placeOf(folder)
      refuseKernelPlace(place)
      refuseReserved(place)
      // A program that was killed while it made this very project left no more than pieces.
      if (namesIn(place).length > 0) sweepTemporary(place, projectFile)
      const names = namesIn(place)
      if (names.length > 0) {
        if (names.includes(projectFile)) throw new Failure('already-exists', `${place} holds a project already. Open it, or pick another folder.`)
        throw new Failure('already-exists', `${place} is not empty. Pick an empty folder, or a name that does not exist yet.`)
      }
      const topmost = topmostMissing(place)
      const stored = { id: randomUUID(), name: path.basename(place) || place, createdAt: Date.now() }
      try {
        makeFolder(place)
        createStore(place, (db) => insertProject(db, stored))
      } catch (error) {
        if (topmost !== undefined) removeEmpty(place, topmost)
        throw error
      }
      return open(place)
    },
    close(project) {
      const known = closing.get(project)
      if (known) return known
      // Begun in the next turn, when the project counts as closing already.
      const ended = Promise.resolve(project).then(shut)
      closing.set(project, ended)
      return ended
    },
    reserve(place) {
      refuseReserved(place)
      if (openAt(place)) throw new Failure('busy', `The project in ${place} is open. Close it, then rescue it.`)
      reserved.add(place)
      return () => void reserved.delete(place)
    },
    beforeClose(listener) {
      closers.push(listener)
    },
  }
}

function closeDatabase(db: Db): void {
  if (db.readonly) closeReadOnly(db)
  else closeStore(db)
}

/** Of what killed programs left in a folder of the project; a link leads to what is not the project's, and stays. */
function sweepOwn(folder: string): void {
  try {
    if (lstatSync(folder).isDirectory()) sweepTemporary(folder)
  } catch {
    // What is not there, or cannot be looked at, keeps nobody from working.
  }
}

/**
 * @param rescue as `rescueProject`
 * @param doings what goes on, in any project
 */
export function projectHandlers(context: ServiceContext, projects: Projects, rescue: (folder: string) => Promise<Outcome>, doings: () => readonly Doing[]): HandlersOf<typeof projectCommands> {
  const recent = recentProjects(context.userFolder)
  const entered = (project: OpenProject): Project => {
    try {
      recent.add(project)
      context.emit('projects.recentChanged', {})
    } catch {
      // The project is open; that it is missing in the list of recent ones keeps nobody from working.
    }
    context.emit('projects.changed', { projectId: project.id })
    return shown(project)
  }
  /** For reading alone where nothing may be written: whether it may, nothing tells but trying. */
  const openedHowever = async (folder: string): Promise<OpenProject> => {
    try {
      return projects.open(folder)
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'permission')) throw error
      return projects.open(folder, await copyToRead(context.userFolder, existingPlaceOf(folder)))
    }
  }
  return {
    'projects.recent': () => recent.list(),
    'projects.create': ({ folder }) => entered(projects.create(folder)),
    'projects.open': async ({ folder }) => {
      sweepOutside(context.userFolder)
      sweepCopies(context.userFolder)
      return entered(await openedHowever(folder))
    },
    'projects.rescue': async ({ folder }) => {
      const { keptIn, lost } = await rescue(folder)
      try {
        return { project: entered(projects.open(folder)), keptIn, lost }
      } catch (error) {
        const { code, message } = Failure.from(error)
        throw new Failure(code, `The project was rescued, and the damaged file lies in ${keptIn}, but it could not be opened yet: ${message}`)
      }
    },
    'projects.get': ({ projectId }) => shown(projects.get(projectId)),
    'projects.goingOn': ({ projectId }) => {
      projects.get(projectId)
      const its = new Set(doings().flatMap((doing) => (doing.projectId === projectId ? [doing.what] : [])))
      return activities.filter((what) => its.has(what))
    },
    'projects.close': async ({ projectId }) => {
      const project = projects.get(projectId)
      const closed = projects.close(project)
      context.emit('projects.closed', { projectId })
      await closed
      return {}
    },
    'projects.forget': ({ folder }) => {
      try {
        recent.forget(placeOf(folder))
      } catch (error) {
        throw diskFailure(error, 'The list of recent projects was not changed')
      }
      context.emit('projects.recentChanged', {})
      return {}
    },
    'projects.sample': async () => {
      const { imagesFolder, projectFolder } = await buildSample(context.userFolder).catch((error: unknown) => {
        throw diskFailure(error, `The sample could not be made in ${context.userFolder}`)
      })
      return { project: entered(projects.create(projectFolder)), imagesFolder }
    },
  }
}

/** Images that a killed import left without a split. */
function splitWhatIsLeft(project: OpenProject): void {
  try {
    settleSplits(project)
  } catch {
    // Another program imports, or the disk is full: nothing that keeps a project shut. A run asks again before it starts.
  }
}

function shown({ id, name, folder, createdAt, db }: OpenProject): Project {
  return { id, name, folder, createdAt, readOnly: db.readonly, ...projectTotals(db) }
}

/** None where the folder does not exist yet. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    if (code === 'ENOTDIR') throw new Failure('already-exists', `${folder} is a file, or lies in one. Pick an empty folder, or a name that does not exist yet.`)
    throw new Failure('permission', `${folder} cannot be listed (${code}).`)
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new Failure('permission', `${folder} cannot be made (${(error as NodeJS.ErrnoException).code}). Pick a folder that you may write to.`)
  }
}

/** The highest folder that has to be made for this one; undefined where none has to be. */
function topmostMissing(folder: string): string | undefined {
  if (existsSync(folder)) return undefined
  return topmostMissing(path.dirname(folder)) ?? folder
}

/** The folder and those above it, up to `topmost`, as far as they were made and nothing else lies in them. */
function removeEmpty(folder: string, topmost: string): void {
  for (let empty = folder; ; empty = path.dirname(empty)) {
    try {
      rmdirSync(empty)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOTEMPTY') return
    }
    if (empty === topmost) return
  }
}

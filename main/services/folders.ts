/** Folders of this machine: picked in a dialog on the desktop, or level by level in a browser. Names of folders only. */
import { existsSync, statSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { kindOfFile, type PathKind, type folderCommands } from '../../shared/contract/folders.ts'
import { Failure } from '../../shared/failure.ts'
import { existingPlaceOf, isOfKernel, placeOf } from '../places.ts'
import { projectFile } from '../store/open.ts'
import type { HandlersOf, ServiceContext } from './context.ts'
import type { Projects } from './projects.ts'
import { isWithin } from './within.ts'

export function folderHandlers(context: ServiceContext, projects: Projects): HandlersOf<typeof folderCommands> {
  return {
    'folders.pick': ({ title }) => desktopOf(context).pickFolder(title),
    'folders.list': ({ path: asked }) => listFolders(asked ?? homedir()),
    'folders.look': ({ paths }) => paths.map((named) => ({ path: named, kind: kindOf(placeOf(named)) })),
    'folders.reveal': ({ path: asked }) => {
      const desktop = desktopOf(context)
      const place = existingPlaceOf(asked)
      if (!projects.all().some((project) => isWithin(project.folder, place))) throw new Failure('permission', `${asked} is not part of an open project.`)
      desktop.reveal(place)
      return {}
    },
  }
}

function kindOf(place: string): PathKind {
  try {
    const found = statSync(place)
    if (found.isDirectory()) return existsSync(path.join(place, projectFile)) ? 'project' : 'folder'
    return found.isFile() ? kindOfFile(path.basename(place)) : 'other'
  } catch {
    // Gone, or not to be looked at: whatever it is, nothing can be done with it.
    return 'other'
  }
}

async function listFolders(asked: string): Promise<{ path: string; parent: string | null; folders: { name: string; path: string; isProject: boolean }[] }> {
  const place = existingPlaceOf(asked)
  if (isOfKernel(place)) throw new Failure('permission', `${place} belongs to the operating system.`)
  const entries = await readdir(place, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(error.code === 'ENOTDIR' ? 'invalid-input' : 'permission', `${place} cannot be listed (${error.code}).`)
  })
  const shown = entries.filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()))
  const folders = await Promise.all(
    shown.map(async ({ name }) => {
      const inside = path.join(place, name)
      const isFolder = await stat(inside).then((found) => found.isDirectory(), () => false)
      return isFolder && !isOfKernel(inside) ? [{ name, path: inside, isProject: existsSync(path.join(inside, projectFile)) }] : []
    }),
  )
  const above = path.dirname(place)
  const byName = new Intl.Collator(undefined, { numeric: true }).compare
  return { path: place, parent: above === place ? null : above, folders: folders.flat().sort((a, b) => byName(a.name, b.name)) }
}

function desktopOf(context: ServiceContext): NonNullable<ServiceContext['desktop']> {
  if (!context.desktop) throw new Failure('unsupported', 'This can be done in the desktop program only.')
  return context.desktop
}

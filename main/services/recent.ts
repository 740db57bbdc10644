/** The list of recently opened projects, kept in the user's folder. */
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import type { RecentProject } from '../../shared/contract/projects.ts'
import { readJson, writeAtomically } from '../atomic.ts'
import { projectFile } from '../store/open.ts'

const RecentSchema = v.array(v.object({ name: v.string(), folder: v.string(), openedAt: v.number() }))
const kept = 50

export interface RecentProjects {
  /** Last opened first. */
  list(): RecentProject[]
  add(project: { readonly name: string; readonly folder: string }): void
  forget(folder: string): void
}

/** A list that cannot be read counts as empty: nothing in it is worth refusing to start for. */
export function recentProjects(userFolder: string): RecentProjects {
  const file = path.join(userFolder, 'recent.json')
  const read = (): v.InferOutput<typeof RecentSchema> => {
    const found = v.safeParse(RecentSchema, readJson(file))
    return found.success ? found.output : []
  }
  const write = (list: v.InferOutput<typeof RecentSchema>): void => {
    mkdirSync(userFolder, { recursive: true })
    writeAtomically(file, `${JSON.stringify(list, null, 2)}\n`)
  }
  return {
    list: () => read().map(({ name, folder, openedAt }) => ({ name, folder, openedAt, exists: existsSync(path.join(folder, projectFile)) })),
    add({ name, folder }) {
      const others = read().filter((project) => project.folder !== folder)
      write([{ name, folder, openedAt: Date.now() }, ...others].slice(0, kept))
    },
    forget: (folder) => write(read().filter((project) => project.folder !== folder)),
  }
}

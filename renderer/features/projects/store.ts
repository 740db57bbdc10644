import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Project, Rescued } from '../../../shared/contract/projects.ts'
import { Failure } from '../../../shared/failure.ts'
import { call } from '../../api.ts'
import { useProjectEvents } from '../../projectEvents.ts'

const key = 'ride.folder'

/** The folder that was open when the window was last used. */
export const lastFolder = (): string | null => localStorage.getItem(key)
export const forgetLastFolder = (): void => localStorage.removeItem(key)

/** Closes a project that this window does not look at any more; one that is closed already, or just being closed, is as it should be. */
export async function endProject({ id }: Project): Promise<void> {
  await call('projects.close', { projectId: id }).catch((error: unknown) => {
    const { code } = Failure.from(error)
    if (code !== 'not-found' && code !== 'closed') throw error
  })
}

/** The one project that is open in this window. */
export const useProjects = defineStore('projects', () => {
  const project = shallowRef<Project | null>(null)
  const isOpen = computed(() => project.value !== null)

  function enter(opened: Project): Project {
    project.value = opened
    localStorage.setItem(key, opened.folder)
    return opened
  }

  const open = async (folder: string): Promise<Project> => enter(await call('projects.open', { folder }))
  const create = async (folder: string): Promise<Project> => enter(await call('projects.create', { folder }))

  /** Makes a whole project of what can be read of a damaged one. */
  async function rescue(folder: string): Promise<Rescued> {
    const rescued = await call('projects.rescue', { folder })
    enter(rescued.project)
    return rescued
  }

  /** Makes the sample; its images are still to be imported from the folder that is returned. */
  async function createSample(): Promise<{ project: Project; imagesFolder: string }> {
    const sample = await call('projects.sample', {})
    return { project: enter(sample.project), imagesFolder: sample.imagesFolder }
  }

  /** Looks at no project any more; what was open stays open in main. */
  function leave(): void {
    project.value = null
    localStorage.removeItem(key)
  }

  async function close(): Promise<void> {
    const closing = project.value
    leave()
    if (closing) await endProject(closing)
  }

  useProjectEvents(['projects.changed', 'images.changed'], () => project.value?.id ?? null, ({ projectId }) => void refresh(projectId))
  async function refresh(projectId: string): Promise<void> {
    const fresh = await call('projects.get', { projectId }).catch(() => null)
    if (fresh && project.value?.id === projectId) project.value = fresh
  }

  return { project, isOpen, open, create, rescue, createSample, leave, close }
})

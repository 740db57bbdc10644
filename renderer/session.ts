/** Which project is open: from the address, from the last time, or from what a person does on the start page. */
import { readonly, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { Failure } from '../shared/failure.ts'
import { call, connectionState } from './api.ts'
import { useNotices } from './composables/useNotices.ts'
import { useDataset } from './features/dataset/store.ts'
import { forgetLastFolder, lastFolder, useProjects } from './features/projects/store.ts'

export function useSession() {
  const projects = useProjects()
  const dataset = useDataset()
  const route = useRoute()
  const router = useRouter()
  const { tellFailure } = useNotices()
  const isReady = ref(false)
  /** The folder that is being opened or made, or `sample`. */
  const opening = ref<string | null>(null)
  const failure = shallowRef<Failure | null>(null)

  /** Keeps what went wrong, for the start page, or for the corner where another view is shown. */
  async function attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    opening.value = what
    failure.value = null
    try {
      await work()
    } catch (error) {
      if (route.name === 'start') failure.value = Failure.from(error)
      else tellFailure(error)
    } finally {
      opening.value = null
    }
  }

  const show = (folder: string) => router.push({ name: 'dataset', query: { folder } })
  const open = (folder: string) => attempt(folder, async () => show((await projects.open(folder)).folder))
  const create = (folder: string) => attempt(folder, async () => show((await projects.create(folder)).folder))

  /** Makes the sample project, shows it, and fills it while it is looked at. */
  const openSample = () =>
    attempt('sample', async () => {
      const { project, imagesFolder } = await projects.createSample()
      await dataset.open(project.id)
      await show(project.folder)
      dataset.importFolders([{ folder: imagesFolder }]).catch(tellFailure)
    })

  const close = () =>
    attempt('', async () => {
      await router.push({ name: 'start' })
      await projects.close()
    })

  /** Opens a folder again and stays in the view that the address names. */
  async function reopen(folder: string): Promise<void> {
    const opened = await projects.open(folder)
    const query = { ...route.query, folder: opened.folder }
    await (route.name === 'start' ? show(opened.folder) : router.replace({ name: route.name!, params: route.params, query }))
  }

  /** What the address names, else what the program was started with, else what was open last. */
  async function start(): Promise<void> {
    await router.isReady()
    const named = route.query['folder']
    const folder = typeof named === 'string' ? named : ((await call('app.info', {})).startFolder ?? lastFolder())
    if (folder === null) {
      await router.replace({ name: 'start' })
      return
    }
    try {
      await reopen(folder)
    } catch (error) {
      failure.value = Failure.from(error)
      if (failure.value.code !== 'closed') forgetLastFolder()
      await router.replace({ name: 'start' })
    }
  }
  start()
    .catch((error: unknown) => (failure.value = Failure.from(error)))
    .finally(() => (isReady.value = true))

  watch(
    () => projects.project?.id ?? null,
    (id) => id !== dataset.projectId && dataset.open(id),
  )
  // A project's id lasts as long as the program that opened it: after a lost connection it is opened again.
  watch(connectionState, (now, before) => {
    if (now !== 'open' || before !== 'lost') return
    const folder = projects.project?.folder
    failure.value = null
    if (folder) reopen(folder).then(dataset.refresh).catch(tellFailure)
    else void start().catch(tellFailure)
  })

  return { isReady: readonly(isReady), opening: readonly(opening), failure: readonly(failure), open, create, openSample, close }
}

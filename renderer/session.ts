/** Which project is open: from the address, from the last time, or from what a person does on the start page. */
import { onScopeDispose, readonly, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Project } from '../shared/contract/projects.ts'
import { Failure } from '../shared/failure.ts'
import { call, connectionState, on } from './api.ts'
import { useNotices } from './composables/useNotices.ts'
import { useDataset } from './features/dataset/store.ts'
import { endProject, forgetLastFolder, lastFolder, useProjects } from './features/projects/store.ts'
import { text } from './text/index.ts'

/** @param mayLeave as `useLeaving` has it */
export function useSession(mayLeave: (proceed: () => void, stay: () => void) => void) {
  const projects = useProjects()
  const dataset = useDataset()
  const route = useRoute()
  const router = useRouter()
  const { tell, tellFailure, forgetActions, forgetAll } = useNotices()
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
  /** The project that was left is still ending what went on in it; it cannot be opened again before. */
  let ending: Promise<unknown> = Promise.resolve()

  /** Shows a project; the one that was open before is closed, with what went on in it, as a window looks at one at a time. */
  const turnTo = (what: string, enter: () => Promise<Project>) =>
    attempt(what, async () => {
      await ending
      const before = projects.project
      const entered = await enter()
      await show(entered.folder)
      if (before && before.id !== entered.id) ending = endProject(before).catch(tellFailure)
    })
  const open = (folder: string) => turnTo(folder, () => projects.open(folder))
  const rescue = (folder: string) =>
    turnTo(folder, async () => {
      const rescued = await projects.rescue(folder)
      tell(text.projects.rescued(rescued), 'warn')
      return rescued.project
    })
  const create = (folder: string) => turnTo(folder, () => projects.create(folder))

  /** Makes the sample project, shows it, and fills it while it is looked at. */
  const openSample = () =>
    turnTo('sample', async () => {
      const { project, imagesFolder } = await projects.createSample()
      await dataset.open(project.id)
      dataset.importFolders([{ folder: imagesFolder }]).catch(tellFailure)
      return project
    })

  const close = () =>
    attempt('', async () => {
      await router.push({ name: 'start' })
      ending = projects.close().catch(tellFailure)
    })

  /** Opens a folder again and stays in the view that the address names. */
  async function reopen(folder: string): Promise<void> {
    const opened = await projects.open(folder)
    const query = { ...route.query, folder: opened.folder }
    await (route.name === 'start' ? show(opened.folder) : router.replace({ name: route.name!, params: route.params, query }))
  }

  /** Back to the address of what is shown. */
  const keepAddress = (): Promise<unknown> => {
    const shown = projects.project
    return router.replace(shown && route.name !== 'start' ? { name: route.name!, params: {}, query: { folder: shown.folder } } : { name: 'start' })
  }

  /** Turns to the project that the address names, in the view that it names. */
  const follow = (folder: string): Promise<void> =>
    attempt(folder, async () => {
      await ending
      const before = projects.project
      try {
        await reopen(folder)
      } catch (error) {
        await keepAddress()
        throw error
      }
      if (before && before.id !== projects.project?.id) ending = endProject(before).catch(tellFailure)
    })

  // The address wins: going back over a change of project, or typing another folder, leads to that project.
  watch([() => route.query['folder'], opening, isReady], ([named]) => {
    if (!isReady.value || opening.value !== null || typeof named !== 'string' || named === projects.project?.folder) return
    mayLeave(
      () => void follow(named),
      () => void keepAddress(),
    )
  })

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
    (id) => void (id !== dataset.projectId && dataset.open(id)),
  )
  // At once: what is told next is of the project that was entered.
  watch(
    () => projects.project?.id ?? null,
    (id) => (id === null ? forgetActions() : forgetAll()),
    { flush: 'sync' },
  )
  // Another window of the same program can close what this one looks at.
  const stopHearing = on('projects.closed', ({ projectId }) => {
    const closed = projects.project
    if (closed?.id !== projectId) return
    projects.leave()
    tell(text.projects.closedElsewhere(closed.name), 'warn')
    void router.push({ name: 'start' })
  })
  onScopeDispose(stopHearing)
  // A project's id lasts as long as the program that opened it: after a lost connection it is opened again.
  watch(connectionState, (now, before) => {
    if (now !== 'open' || before !== 'lost') return
    const folder = projects.project?.folder
    failure.value = null
    if (folder) reopen(folder).then(dataset.refresh).catch(tellFailure)
    else void start().catch(tellFailure)
  })

  return { isReady: readonly(isReady), opening: readonly(opening), failure: readonly(failure), open, rescue, create, openSample, close }
}

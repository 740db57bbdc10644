import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Tail } from '../../../shared/contract/classes.ts'
import type { ImportProgress, ImportReport } from '../../../shared/contract/images.ts'
import { Failure } from '../../../shared/failure.ts'
import type { Asked } from '../../../shared/rpc.ts'
import type { WorkbenchContract } from '../../../shared/contract/index.ts'
import { call } from '../../api.ts'
import { useProjectEvents } from '../../projectEvents.ts'
import { text } from '../../text/index.ts'
import { together } from './importWords.ts'

export type ImportChoice = Omit<Asked<WorkbenchContract, 'images.import'>, 'projectId'>

/** An import of ten thousand images tells of changes often; the tail is asked for again at most this often. */
const refreshMs = 400

/** The open project's tail, and the import that goes on or went last. */
export const useDataset = defineStore('dataset', () => {
  const projectId = shallowRef<string | null>(null)
  const tail = shallowRef<Tail | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const progress = shallowRef<ImportProgress | null>(null)
  /** How far the thumbnails are that are made while nothing else goes on, of 1; null while none are made. */
  const thumbs = ref<number | null>(null)
  const isCancelling = ref(false)
  const report = shallowRef<ImportReport | null>(null)
  /** Whether this window began the import, and so is told its end. */
  let isOurs = false
  /** Whether main is at work on the import that this window asked for: files were found. */
  const hasBegun = ref(false)
  const isEmpty = computed(() => tail.value !== null && tail.value.images === 0 && tail.value.classes.length === 0 && tail.value.findings.missing === 0)
  let pendingRefresh: ReturnType<typeof setTimeout> | undefined

  /** Turns to a project; null where none is open. */
  async function open(id: string | null): Promise<void> {
    projectId.value = id
    tail.value = null
    failure.value = null
    progress.value = null
    thumbs.value = null
    report.value = null
    if (id === null) return
    await Promise.all([refresh(), resumeWatching(id)])
  }

  async function refresh(): Promise<void> {
    const id = projectId.value
    if (id === null) return
    try {
      const fresh = await call('classes.tail', { projectId: id })
      if (projectId.value === id) [tail.value, failure.value] = [fresh, null]
    } catch (error) {
      if (projectId.value === id) failure.value = Failure.from(error)
    }
  }

  /** Finds the import that another window, or this one before a reload, has started. */
  async function resumeWatching(id: string): Promise<void> {
    const going = await call('images.importing', { projectId: id }).catch(() => null)
    if (projectId.value === id) progress.value = going
  }

  function refreshSoon(id: string): void {
    if (id !== projectId.value || pendingRefresh !== undefined) return
    pendingRefresh = setTimeout(() => {
      pendingRefresh = undefined
      void refresh()
    }, refreshMs)
  }

  /**
   * Imports folders one after another; the report is of all of them. Rejects with a Failure at the first that cannot be
   * imported, and begins none after one that was cancelled or once another project is open.
   */
  async function importFolders(choices: readonly ImportChoice[]): Promise<void> {
    const id = projectId.value
    if (id === null) throw new Failure('not-found', text.app.openFirst)
    report.value = null
    isCancelling.value = false
    isOurs = true
    hasBegun.value = false
    const reports: ImportReport[] = []
    try {
      for (const choice of choices) {
        progress.value = { projectId: id, folder: choice.folder, phase: 'listing', done: 0, total: 0, added: 0, skipped: 0, startedAt: Date.now() }
        const done = await call('images.import', { projectId: id, ...choice })
        if (projectId.value !== id) return
        reports.push(done)
        if (done.cancelled) break
      }
    } finally {
      isOurs = false
      if (projectId.value === id) {
        if (reports.length > 0) report.value = reports.reduce(together)
        progress.value = null
        await refresh()
      }
    }
  }

  async function cancelImport(): Promise<void> {
    if (projectId.value === null) return
    isCancelling.value = true
    await call('images.cancelImport', { projectId: projectId.value })
  }

  const here = (): string | null => projectId.value
  useProjectEvents(['images.progress'], here, (told) => {
    progress.value = told
    // A folder that cannot be read is told as being listed too, until it turns out.
    hasBegun.value ||= told.phase !== 'listing' || told.total > 0
  })
  useProjectEvents(['images.thumbs'], here, ({ share }) => (thumbs.value = share))
  useProjectEvents(['images.changed', 'classes.changed', 'labels.changed'], here, ({ projectId: id }) => refreshSoon(id))
  // An import that was begun elsewhere ends without an answer to this window.
  useProjectEvents(['images.changed'], here, ({ projectId: id }) => void (progress.value && !isOurs && resumeWatching(id)))

  return { projectId, tail, failure, progress, thumbs, hasBegun, isCancelling, report, isEmpty, open, refresh, importFolders, cancelImport }
})

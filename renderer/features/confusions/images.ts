/** The images of the opened cell, and what is relabelled among them. */
import { defineStore } from 'pinia'
import { onScopeDispose, shallowRef, watch } from 'vue'
import type { Split } from '../../../shared/contract/common.ts'
import type { Prediction } from '../../../shared/contract/confusions.ts'
import { Failure } from '../../../shared/failure.ts'
import { call, connectionState, on } from '../../api.ts'

export interface Asked {
  readonly projectId: string
  readonly runId: number
  readonly split: Split
  /** Class ids. Without `predicted`, every image of the true class. */
  readonly actual: number
  readonly predicted?: number
}

const pageSize = 60

/** A relabelling: of which image, and the class that it had before. */
interface Step {
  readonly path: string
  readonly classId: number | null
}

export const useCellImagesStore = defineStore('confusions.images', () => {
  const asked = shallowRef<Asked | null>(null)
  const images = shallowRef<readonly Prediction[]>([])
  const total = shallowRef(0)
  const loading = shallowRef(false)
  const failure = shallowRef<Failure | null>(null)
  /** Steps that this window took and has not taken back, the last one last: what undo may take back from here. */
  const steps = shallowRef<readonly Step[]>([])
  /** The project that they were taken in. */
  let stepsOf: string | null = null
  /** One change at a time, so that what is told while it is made can be told from what another window does. */
  let lastChange: Promise<void> = Promise.resolve()
  let isChanging = false
  let toldMeanwhile = 0

  async function open(question: Asked): Promise<void> {
    if (question.projectId !== stepsOf) steps.value = []
    stepsOf = question.projectId
    asked.value = question
    images.value = []
    total.value = 0
    await readPage(0, pageSize)
  }

  function close(): void {
    asked.value = null
    images.value = []
    failure.value = null
  }

  const more = (): Promise<void> => readPage(images.value.length, pageSize)

  async function readPage(offset: number, limit: number): Promise<void> {
    const question = asked.value
    if (!question) return
    loading.value = true
    failure.value = null
    try {
      const page = await call('confusions.images', { ...question, offset, limit })
      if (asked.value !== question) return
      images.value = [...images.value.slice(0, offset), ...page.images]
      total.value = page.total
    } catch (error) {
      if (asked.value === question) failure.value = Failure.from(error)
    } finally {
      if (asked.value === question) loading.value = false
    }
  }

  /** Labels again what is shown; pages that were read stay read. */
  async function refresh(): Promise<void> {
    const question = asked.value
    if (!question || images.value.length === 0) return
    const page = await call('confusions.images', { ...question, offset: 0, limit: Math.min(1000, images.value.length) })
    if (asked.value === question) images.value = page.images
  }

  /** Gives an image another class; the run's matrix stays what was measured. */
  const relabel = (imageId: number, classId: number): Promise<void> =>
    inTurn(async ({ projectId }) => {
      const before = images.value.find((image) => image.imageId === imageId)
      const { changed } = await told(call('labels.set', { projectId, imageIds: [imageId], classId }))
      if (changed > 0) steps.value = [...steps.value, { path: before?.path ?? '', classId: before?.classId ?? null }]
      images.value = images.value.map((image) => (image.imageId === imageId ? { ...image, classId } : image))
    })

  const undo = (): Promise<void> =>
    inTurn(async ({ projectId }) => {
      if (steps.value.length === 0) return
      await told(call('labels.undo', { projectId }))
      steps.value = steps.value.slice(0, -1)
      await refresh()
    })

  function inTurn(change: (question: Asked) => Promise<void>): Promise<void> {
    const question = asked.value
    const turn = async (): Promise<void> => {
      if (!question || question.projectId !== asked.value?.projectId) return
      try {
        await change(question)
      } catch (error) {
        failure.value = Failure.from(error)
      }
    }
    lastChange = lastChange.then(turn)
    return lastChange
  }

  /** Main tells of a change before it answers. What is told besides another window did: the newest step is not this window's then. */
  async function told<T extends { readonly changed: number }>(answer: Promise<T>): Promise<T> {
    isChanging = true
    toldMeanwhile = 0
    let own = 0
    try {
      const step = await answer
      own = step.changed > 0 ? 1 : 0
      return step
    } finally {
      isChanging = false
      if (toldMeanwhile > own) steps.value = []
    }
  }

  const stopHearing = on('labels.changed', ({ projectId }) => {
    if (projectId === stepsOf) {
      if (isChanging) toldMeanwhile += 1
      else steps.value = []
    }
    if (projectId === asked.value?.projectId) refresh().catch((error: unknown) => (failure.value = Failure.from(error)))
  })
  onScopeDispose(stopHearing)
  // What other windows did while the connection was lost was not heard.
  watch(connectionState, (now) => now === 'lost' && (steps.value = []))

  return { asked, images, total, loading, failure, steps, open, close, more, relabel, undo }
})

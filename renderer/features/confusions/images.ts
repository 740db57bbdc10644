/** The images of the opened cell, and what is relabelled among them. */
import { defineStore } from 'pinia'
import { onScopeDispose, shallowRef } from 'vue'
import type { Split } from '../../../shared/contract/common.ts'
import type { Prediction } from '../../../shared/contract/confusions.ts'
import { Failure } from '../../../shared/failure.ts'
import { call, on } from '../../api.ts'

export interface Asked {
  readonly projectId: string
  readonly runId: number
  readonly split: Split
  /** Class ids. Without `predicted`, every image of the true class. */
  readonly actual: number
  readonly predicted?: number
}

const pageSize = 60

export const useCellImagesStore = defineStore('confusions.images', () => {
  const asked = shallowRef<Asked | null>(null)
  const images = shallowRef<readonly Prediction[]>([])
  const total = shallowRef(0)
  const loading = shallowRef(false)
  const failure = shallowRef<Failure | null>(null)
  /** Steps that were taken here and not taken back: what undo may take back from here. */
  const steps = shallowRef(0)

  async function open(question: Asked): Promise<void> {
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
  async function relabel(imageId: number, classId: number): Promise<void> {
    const question = asked.value
    if (!question) return
    try {
      const step = await call('labels.set', { projectId: question.projectId, imageIds: [imageId], classId })
      if (step.changed > 0) steps.value += 1
      images.value = images.value.map((image) => (image.imageId === imageId ? { ...image, classId } : image))
    } catch (error) {
      failure.value = Failure.from(error)
    }
  }

  async function undo(): Promise<void> {
    const question = asked.value
    if (!question || steps.value === 0) return
    try {
      await call('labels.undo', { projectId: question.projectId })
      steps.value -= 1
      await refresh()
    } catch (error) {
      failure.value = Failure.from(error)
    }
  }

  const stopHearing = on('labels.changed', (change) => {
    if (change.projectId === asked.value?.projectId) refresh().catch((error: unknown) => (failure.value = Failure.from(error)))
  })
  onScopeDispose(stopHearing)

  return { asked, images, total, loading, failure, steps, open, close, more, relabel, undo }
})

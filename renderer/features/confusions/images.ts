/** The images of an opened cell, class or list, and what is relabelled among them. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Split } from '../../../shared/contract/common.ts'
import type { LabelTime, Listed, Prediction } from '../../../shared/contract/confusions.ts'
import type { JournalState, Step, StepOfGuesses } from '../../../shared/contract/labels.ts'
import type { Dial } from '../../../shared/dial.ts'
import { Failure } from '../../../shared/failure.ts'
import { call } from '../../api.ts'
import { useProjectEvents } from '../../projectEvents.ts'

export interface Asked {
  readonly projectId: string
  readonly runId: number
  readonly split: Split
  readonly labels: LabelTime
  /** What stands out; without, every image of the true classes, or of one cell. */
  readonly listed?: Listed
  /** Class ids; without, any. */
  readonly actual?: readonly number[]
  readonly predicted?: readonly number[]
  /** As the run would answer under it; lists are of the answers that are kept. */
  readonly dial?: Dial
}

/** Few at first, so that the first pictures wait for nothing else. */
const firstPageSize = 12
const pageSize = 48
const mostAtOnce = 1000
const nothing: JournalState = { undo: null, redo: null }

function pageOf({ listed, actual, predicted, dial, ...of }: Asked, page: { readonly offset: number; readonly limit: number }) {
  const scope = { ...of, ...page, ...(predicted && { predicted: [...predicted] }) }
  if (listed) return call('confusions.listed', { ...scope, listed, ...(actual && { actual: [...actual] }) })
  return call('confusions.images', { ...scope, ...(dial && { dial }), actual: [...(actual ?? [])] })
}

export const useCellImagesStore = defineStore('confusions.images', () => {
  const asked = shallowRef<Asked | null>(null)
  /** As they were found when the pane was opened: what is relabelled stays, so that nothing moves under the hand. */
  const images = shallowRef<readonly Prediction[]>([])
  const total = shallowRef(0)
  const loading = shallowRef(false)
  /** A picture of what was asked for is in sight: what may come after that has its turn now. */
  const isPictured = shallowRef(false)
  const failure = shallowRef<Failure | null>(null)
  /** Images that the next relabelling is for. */
  const marked = shallowRef<ReadonlySet<number>>(new Set())
  /** What undo and redo would do, as it was last told. */
  const journal = shallowRef<JournalState>(nothing)
  const before = shallowRef<ReadonlyMap<number, number | null>>(new Map())
  /** Images whose label is another one than when they were read. */
  const relabelled = computed(() => images.value.filter(({ imageId, classId }) => before.value.has(imageId) && before.value.get(imageId) !== classId).length)
  let lastChange: Promise<void> = Promise.resolve()
  let lastPage: Promise<void> = Promise.resolve()

  async function open(question: Asked): Promise<void> {
    asked.value = question
    images.value = []
    isPictured.value = false
    marked.value = new Set()
    before.value = new Map()
    total.value = 0
    lastPage = Promise.resolve()
    await Promise.all([readNext(firstPageSize), readJournal()])
  }

  function close(): void {
    asked.value = null
    images.value = []
    marked.value = new Set()
    loading.value = false
    failure.value = null
  }

  const more = async (): Promise<void> => {
    if (!loading.value && images.value.length < total.value) await readNext(pageSize)
  }

  /** Reads on, one page at a time: no two begin at the same image. */
  function readNext(limit: number): Promise<void> {
    const question = asked.value
    lastPage = lastPage.then(async () => {
      if (question && asked.value === question) await readPage(question, limit)
    })
    return lastPage
  }

  async function readPage(question: Asked, limit: number): Promise<void> {
    loading.value = true
    failure.value = null
    try {
      const page = await pageOf(question, { offset: images.value.length, limit })
      if (asked.value !== question) return
      // Labels that changed meanwhile may have moved the pages: what is there already stays where it is.
      const known = new Set(images.value.map(({ imageId }) => imageId))
      const fresh = page.images.filter(({ imageId }) => !known.has(imageId))
      images.value = [...images.value, ...fresh]
      before.value = new Map([...before.value, ...fresh.map(({ imageId, classId }) => [imageId, classId] as const)])
      total.value = Math.max(page.total, images.value.length)
    } catch (error) {
      if (asked.value === question) failure.value = Failure.from(error)
    } finally {
      if (asked.value === question) loading.value = false
    }
  }

  /** Labels again what is shown; nothing goes and nothing comes. */
  async function refresh(): Promise<void> {
    const question = asked.value
    if (!question) return
    const ids = images.value.map(({ imageId }) => imageId)
    const { projectId, runId, split, dial } = question
    const pages = Array.from({ length: Math.ceil(ids.length / mostAtOnce) }, (_, n) => call('confusions.these', { projectId, runId, split, ...(dial && { dial }), imageIds: ids.slice(n * mostAtOnce, (n + 1) * mostAtOnce) }))
    const again = new Map((await Promise.all(pages)).flat().map((image) => [image.imageId, image]))
    if (asked.value === question) images.value = images.value.map((image) => again.get(image.imageId) ?? image)
  }

  async function readJournal(): Promise<void> {
    const question = asked.value
    if (!question) return
    const told = await call('labels.state', { projectId: question.projectId })
    if (asked.value?.projectId === question.projectId) journal.value = told
  }

  /** Gives the images a class, or none, as one step. Returns how many changed: where all had it already there is no step; null where it failed. */
  async function relabel(imageIds: readonly number[], classId: number | null): Promise<number | null> {
    let changed: number | null = null
    await inTurn(async ({ projectId }) => {
      const step = await call('labels.set', { projectId, imageIds: [...imageIds], classId })
      relabelledTo(classId, imageIds, step)
      ;({ changed } = step)
    })
    return changed
  }

  /** Gives each its own guess, the best being the first, as one step. Null where it failed. */
  async function relabelGuessed(imageIds: readonly number[], nth: number): Promise<StepOfGuesses | null> {
    let done: StepOfGuesses | null = null
    await inTurn(async ({ projectId, runId }) => {
      done = await call('labels.setGuessed', { projectId, imageIds: [...imageIds], runId, nth })
      took(done)
      marked.value = new Set()
      await refresh()
    })
    return done
  }

  /** Makes the class that they get, in the same step. */
  const relabelAsNew = (imageIds: readonly number[], name: string): Promise<void> =>
    inTurn(async ({ projectId }) => {
      const { classId, ...step } = await call('labels.setNew', { projectId, imageIds: [...imageIds], name })
      relabelledTo(classId, imageIds, step)
    })

  function relabelledTo(classId: number | null, imageIds: readonly number[], step: Step): void {
    took(step)
    const changed = new Set(imageIds)
    images.value = images.value.map((image) => (changed.has(image.imageId) ? { ...image, classId } : image))
    marked.value = new Set()
  }

  /** Takes back, or brings back, the step that stands on the button, and no other one. */
  const take = (way: 'undo' | 'redo'): Promise<void> =>
    inTurn(async ({ projectId }) => {
      const step = journal.value[way]
      if (!step) return
      took(await call(`labels.${way}`, { projectId, stepId: step.stepId }))
      await refresh()
    })

  const took = ({ undo, redo }: Step): void => void (journal.value = { undo, redo })

  function inTurn(change: (question: Asked) => Promise<void>): Promise<void> {
    const question = asked.value
    const turn = async (): Promise<void> => {
      if (!question || question.projectId !== asked.value?.projectId) return
      try {
        failure.value = null
        await change(question)
      } catch (error) {
        failure.value = Failure.from(error)
        await readJournal().catch(() => undefined)
      }
    }
    lastChange = lastChange.then(turn)
    return lastChange
  }

  function mark(imageIds: readonly number[], isMarked: boolean): void {
    const next = new Set(marked.value)
    for (const imageId of imageIds) {
      if (isMarked) next.add(imageId)
      else next.delete(imageId)
    }
    marked.value = next
  }

  /** All but those that are marked, those too that were not read yet. */
  async function markOthers(): Promise<void> {
    const question = asked.value
    for (let had = -1; images.value.length > had && images.value.length < total.value && !failure.value; ) {
      had = images.value.length
      await readNext(mostAtOnce)
      if (asked.value !== question) return
    }
    marked.value = new Set(images.value.flatMap(({ imageId }) => (marked.value.has(imageId) ? [] : [imageId])))
  }

  useProjectEvents(
    ['labels.changed', 'classes.changed'],
    () => asked.value?.projectId ?? null,
    () => void Promise.all([refresh(), readJournal()]).catch((error: unknown) => (failure.value = Failure.from(error))),
  )

  return { asked, images, total, loading, isPictured, failure, marked, journal, relabelled, open, close, more, relabel, relabelGuessed, relabelAsNew, take, mark, markOthers }
})

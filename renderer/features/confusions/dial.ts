/** The tail dial as it is turned: what is shown under it, and what is saved with the run. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { cellsNow } from '../../../shared/confusions.ts'
import type { DialPreview } from '../../../shared/contract/dial.ts'
import { isNeutral, neutralDial, type Dial } from '../../../shared/dial.ts'
import { Failure } from '../../../shared/failure.ts'
import type { Answer } from '../../../shared/rpc.ts'
import type { WorkbenchContract } from '../../../shared/contract/index.ts'
import { call } from '../../api.ts'
import { useNotices } from '../../composables/useNotices.ts'
import { useProjectEvents } from '../../projectEvents.ts'
import { text } from '../../text/index.ts'
import { sameDial } from './dialShares.ts'
import { useConfusionsStore, type MatrixSource } from './store.ts'

export type Suggestion = Answer<WorkbenchContract, 'dial.suggest'>

export const useDialStore = defineStore('confusions.dial', () => {
  const confusions = useConfusionsStore()
  const { tell } = useNotices()
  const isOpen = ref(false)
  const dial = shallowRef<Dial>(neutralDial)
  const preview = shallowRef<DialPreview | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const suggestion = shallowRef<Suggestion | null>(null)
  /** Saving, taking back, or looking for a suggestion. */
  const busy = ref(false)
  const asking = ref(false)

  const saved = computed(() => confusions.run?.dial ?? neutralDial)
  const isSaved = computed(() => sameDial(dial.value, saved.value))
  /** What images of a cell are asked with; null where the run answers so anyway. */
  const shown = computed(() => (isOpen.value && !isSaved.value ? dial.value : null))
  const question = () => {
    const { projectId, runId, split } = confusions
    return projectId === null || runId === null ? null : { projectId, runId, split }
  }

  /** One question in flight: while it is, only the newest setting waits. */
  let waiting = false
  async function ask(): Promise<void> {
    if (asking.value) {
      waiting = true
      return
    }
    asking.value = true
    try {
      do {
        waiting = false
        await askOnce()
      } while (waiting)
    } finally {
      asking.value = false
    }
  }

  async function askOnce(): Promise<void> {
    const of = question()
    const asked = dial.value
    if (!of || !isOpen.value || confusions.unscored) return
    const isStill = (): boolean => isOpen.value && sameQuestion(of, question())
    try {
      const answer = await call('dial.preview', { ...of, dial: plain(asked) })
      if (!isStill()) return
      preview.value = answer
      failure.value = null
      confusions.dialled = sameDial(asked, saved.value) ? null : sourceOf(answer, confusions.labels)
    } catch (error) {
      if (isStill()) failure.value = Failure.from(error)
    }
  }

  function turn(change: Partial<Dial>): void {
    suggestion.value = null
    dial.value = { ...dial.value, ...change }
    void ask()
  }

  /** In place of all that were typed, which can be brought back: typing them took its time. */
  function replaceShares(shares: Dial['shares']): void {
    const [of, before] = [question(), dial.value.shares]
    turn({ shares })
    if (before.length > 0) tell(shares.length > 0 ? text.dial.sharesReplaced(before.length) : text.dial.sharesGone(before.length), 'info', { label: text.dial.undo, run: () => bringBack(of, { shares: before }) })
  }

  /** Of the run that it was of; with another one shown it would be of other classes. */
  function bringBack(of: ReturnType<typeof question>, change: Partial<Dial>): void {
    if (!sameQuestion({ ...of }, question())) return
    if (!isOpen.value) open()
    turn(change)
  }

  function open(): void {
    isOpen.value = true
    dial.value = saved.value
    void ask()
  }

  /** What was not saved is not shown without its dial. */
  function close(): void {
    isOpen.value = false
    preview.value = null
    failure.value = null
    suggestion.value = null
    confusions.dialled = null
  }

  /** By a person, who may have typed shares that were not saved. */
  function leave(): void {
    const [of, lost] = [question(), dial.value]
    const isLost = lost.shares.length > 0 && !sameDial({ ...saved.value, shares: lost.shares }, saved.value)
    close()
    if (isLost) tell(text.dial.notKept, 'info', { label: text.dial.undo, run: () => bringBack(of, lost) })
  }

  /** The figures of every scored split follow; the matrix is told of by an event. */
  async function save(): Promise<void> {
    const of = question()
    if (!of) return
    await during(async () => {
      const { projectId, runId } = of
      if (isNeutral(dial.value)) await call('dial.reset', { projectId, runId })
      else await call('dial.save', { projectId, runId, dial: plain(dial.value) })
      confusions.dialled = null
    })
  }

  /** At once, and with a way back to what was turned and what was saved. */
  async function reset(): Promise<void> {
    const [of, before, kept] = [question(), dial.value, saved.value]
    dial.value = neutralDial
    suggestion.value = null
    if (isSaved.value) await ask()
    else await save()
    if (of && !failure.value) tell(text.dial.givenBack, 'info', { label: text.dial.undo, run: () => void unReset(of, before, kept) })
  }

  async function unReset({ projectId, runId, split }: NonNullable<ReturnType<typeof question>>, before: Dial, kept: Dial): Promise<void> {
    await during(async () => {
      if (!isNeutral(kept)) await call('dial.save', { projectId, runId, dial: plain(kept) })
    })
    if (!failure.value && !sameDial(before, kept)) bringBack({ projectId, runId, split }, before)
  }

  async function suggest(): Promise<void> {
    const of = question()
    if (!of) return
    await during(async () => {
      const found = await call('dial.suggest', of)
      if (!sameQuestion(of, question())) return
      turn({ tau: found.tau })
      suggestion.value = found
    })
  }

  async function during(work: () => Promise<void>): Promise<void> {
    busy.value = true
    try {
      await work()
      failure.value = null
    } catch (error) {
      failure.value = Failure.from(error)
    } finally {
      busy.value = false
    }
  }

  watch([() => confusions.projectId, () => confusions.runId, () => confusions.split], () => {
    preview.value = null
    suggestion.value = null
    failure.value = null
    if (isOpen.value) open()
  })
  // Saved elsewhere, or the run was scored anew.
  watch(saved, (now, before) => {
    if (!isOpen.value) return
    if (sameDial(dial.value, before)) dial.value = now
    void ask()
  })
  watch(
    () => confusions.labels,
    (labels) => {
      if (confusions.dialled && preview.value) confusions.dialled = sourceOf(preview.value, labels)
    },
  )
  useProjectEvents(['labels.changed', 'classes.changed'], () => confusions.projectId, () => void ask())
  useProjectEvents(['confusions.changed'], () => confusions.projectId, ({ runId }) => void (runId === confusions.runId && ask()))

  return { isOpen, dial, preview, failure, suggestion, busy, asking, saved, isSaved, shown, turn, replaceShares, open, close, leave, save, reset, suggest }
})

function sourceOf({ matrix }: DialPreview, labels: 'now' | 'measured'): MatrixSource {
  const now = cellsNow(matrix.cells, matrix.moved, matrix.classes)
  return { classes: matrix.classes, ...now, cells: labels === 'now' ? now.cells : matrix.cells }
}

/** Wires and schemas want arrays that may be written to. */
function plain({ tau, mix, shares }: Dial): Dial {
  return { tau, mix, shares: shares.map((one) => ({ ...one })) }
}

function sameQuestion(a: object, b: object | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

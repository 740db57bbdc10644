/** Labelling from the grid: what is set goes through the journal, and what undo and redo would do is always in sight. */
import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import type { Split } from '../../../shared/contract/common.ts'
import type { JournalState, Step, StepOfGuesses } from '../../../shared/contract/labels.ts'
import type { WorkbenchContract } from '../../../shared/contract/index.ts'
import { Failure } from '../../../shared/failure.ts'
import type { Asked } from '../../../shared/rpc.ts'
import { call, connectionState } from '../../api.ts'
import { useProjectEvents } from '../../projectEvents.ts'

/** Images by id, or all of a list but a few. */
export type Which = Pick<Asked<WorkbenchContract, 'labels.set'>, 'imageIds' | 'of'>

export const useLabelling = defineStore('images.labelling', () => {
  const projectId = ref<string | null>(null)
  const state = shallowRef<JournalState>({ undo: null, redo: null })
  const isChanging = ref(false)
  const failure = shallowRef<Failure | null>(null)
  /** One change at a time: what undo takes back is what its person saw last. */
  let lastChange: Promise<unknown> = Promise.resolve()

  async function open(id: string): Promise<void> {
    if (projectId.value !== id) state.value = { undo: null, redo: null }
    projectId.value = id
    failure.value = null
    await refresh()
  }

  async function refresh(): Promise<void> {
    const id = projectId.value
    if (id === null) return
    try {
      const told = await call('labels.state', { projectId: id })
      if (projectId.value === id) state.value = told
    } catch (error) {
      if (projectId.value === id) failure.value = Failure.from(error)
    }
  }

  /** Null where it failed; the sentence is in `failure` then. */
  function inTurn<Done extends Step>(change: (projectId: string) => Promise<Done | null>): Promise<Done | null> {
    const turn = async (): Promise<Done | null> => {
      const id = projectId.value
      if (id === null) return null
      isChanging.value = true
      failure.value = null
      try {
        const step = await change(id)
        if (step && projectId.value === id) state.value = { undo: step.undo, redo: step.redo }
        return step
      } catch (error) {
        if (projectId.value === id) failure.value = Failure.from(error)
        void refresh()
        return null
      } finally {
        isChanging.value = false
      }
    }
    const done = lastChange.then(turn)
    lastChange = done
    return done
  }

  const label = (which: Which, classId: number | null): Promise<Step | null> => inTurn((id) => call('labels.set', { projectId: id, ...which, classId }))
  /** Each image by its own guess. */
  const labelGuessed = (which: Which, runId: number, nth: number): Promise<StepOfGuesses | null> => inTurn((id) => call('labels.setGuessed', { projectId: id, ...which, runId, nth }))
  const labelAnew = (which: Which, name: string): Promise<Step | null> => inTurn((id) => call('labels.setNew', { projectId: id, ...which, name }))
  const moveTo = (which: Which, split: Split): Promise<Step | null> => inTurn((id) => call('splits.set', { projectId: id, ...which, split }))
  const undo = (): Promise<Step | null> => inTurn(async (id) => (state.value.undo ? call('labels.undo', { projectId: id, stepId: state.value.undo.stepId }) : null))
  const redo = (): Promise<Step | null> => inTurn(async (id) => (state.value.redo ? call('labels.redo', { projectId: id, stepId: state.value.redo.stepId }) : null))

  useProjectEvents(['labels.changed', 'classes.changed'], () => projectId.value, () => void (isChanging.value || refresh()))
  watch(connectionState, (now) => now === 'open' && void refresh())

  return { projectId, state, isChanging, failure, open, label, labelGuessed, labelAnew, moveTo, undo, redo }
})

/** Undo and redo of the menu: of what is typed where a field has the focus, else of the last step of the journal. */
import { onScopeDispose, readonly, ref, watch } from 'vue'
import type { JournalState } from '../shared/contract/labels.ts'
import { call } from './api.ts'
import { useCommands } from './composables/useCommands.ts'
import { useNotices } from './composables/useNotices.ts'
import { isTyping } from './composables/useShortcuts.ts'
import { useProjectEvents } from './projectEvents.ts'
import { text } from './text/index.ts'

/** @param projectId of the open project; null where none is open */
export function useUndo(projectId: () => string | null): void {
  const { tell, tellFailure, forgetStep } = useNotices()
  const journal = ref<JournalState>({ undo: null, redo: null })
  const isEditing = useEditing()

  async function ask(): Promise<void> {
    const id = projectId()
    const told = id === null ? null : await call('labels.state', { projectId: id }).catch(() => null)
    if (projectId() === id) journal.value = told ?? { undo: null, redo: null }
  }
  watch(projectId, ask, { immediate: true })
  useProjectEvents(['labels.changed', 'classes.changed', 'images.changed'], projectId, ask)

  watch(
    () => journal.value.undo?.stepId ?? null,
    (newest, before) => before !== null && forgetStep(before, newest),
  )

  async function take(way: 'undo' | 'redo'): Promise<void> {
    const id = projectId()
    const step = journal.value[way]
    if (isEditing.value) document.execCommand(way)
    else if (id !== null && step) {
      const { undo, redo } = await call(`labels.${way}`, { projectId: id, stepId: step.stepId })
      journal.value = { undo, redo }
      tell(way === 'undo' ? text.journal.undone(step.about, step.images) : text.journal.redone(step.about, step.images))
    }
  }
  const doable = (way: 'undo' | 'redo') => ({ run: () => void take(way).catch(tellFailure), isPossible: () => isEditing.value || journal.value[way] !== null, inDialogs: true })
  useCommands({ 'labels.undo': doable('undo'), 'labels.redo': doable('redo') })
}

/** Whether something can be typed into what has the focus. */
function useEditing() {
  const isEditing = ref(isTyping(document.activeElement))
  const look = (): void => void (isEditing.value = isTyping(document.activeElement))
  // Between losing and taking the focus nothing has it.
  const lookSoon = (): void => queueMicrotask(look)
  document.addEventListener('focusin', look)
  document.addEventListener('focusout', lookSoon)
  onScopeDispose(() => {
    document.removeEventListener('focusin', look)
    document.removeEventListener('focusout', lookSoon)
  })
  return readonly(isEditing)
}

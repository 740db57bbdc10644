/** Leaving the open project ends what goes on in it, whichever window began that: its person is asked before. */
import { shallowRef } from 'vue'
import type { Activity } from '../shared/contract/projects.ts'
import { call } from './api.ts'

export function useLeaving(projectId: () => string | null) {
  /** What was asked for while something goes on: it is done once its person agrees to end that. */
  const asking = shallowRef<{ readonly what: readonly Activity[]; readonly proceed: () => void } | null>(null)
  let lastWish = 0

  /** @param stay called where the project is not left at once: its person is asked, or wants something else by now */
  async function mayLeave(proceed: () => void, stay?: () => void): Promise<void> {
    const wish = (lastWish += 1)
    const id = projectId()
    // Where main cannot tell, as after it ended, nothing goes on that could be kept.
    const what = id === null ? [] : await call('projects.goingOn', { projectId: id }).catch(() => [])
    if (wish === lastWish && what.length === 0) {
      proceed()
      return
    }
    stay?.()
    if (wish === lastWish) asking.value = { what, proceed }
  }

  function agree(): void {
    asking.value?.proceed()
    asking.value = null
  }

  return { asking, agree, mayLeave }
}

import { onScopeDispose, ref } from 'vue'
import { Failure } from '../../shared/failure.ts'
import { useNotices } from './useNotices.ts'

/**
 * Something that a person starts and that may fail: whether it goes on, and the sentence that it failed with last,
 * which the next attempt clears. With `tell`, a failure is told there instead; where whoever asked is gone by then, as a
 * dialog that was closed meanwhile, it is told in the corner.
 */
export function useAttempt(tell?: (error: unknown) => void) {
  const busy = ref(false)
  const failure = ref('')
  const { tellFailure } = useNotices()
  let isGone = false
  onScopeDispose(() => (isGone = true), true)

  async function attempt(action: () => Promise<unknown>): Promise<void> {
    busy.value = true
    failure.value = ''
    try {
      await action()
    } catch (error) {
      if (tell) tell(error)
      else if (isGone) tellFailure(error)
      else failure.value = Failure.from(error).message
    } finally {
      busy.value = false
    }
  }
  return { busy, failure, attempt }
}

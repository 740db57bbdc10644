import { ref } from 'vue'
import { Failure } from '../../shared/failure.ts'

/**
 * Something that a person starts and that may fail: whether it goes on, and the sentence that it failed with last,
 * which the next attempt clears. With `tell`, a failure is told there instead.
 */
export function useAttempt(tell?: (error: unknown) => void) {
  const busy = ref(false)
  const failure = ref('')

  async function attempt(action: () => Promise<unknown>): Promise<void> {
    busy.value = true
    failure.value = ''
    try {
      await action()
    } catch (error) {
      if (tell) tell(error)
      else failure.value = Failure.from(error).message
    } finally {
      busy.value = false
    }
  }
  return { busy, failure, attempt }
}

import { readonly, ref, shallowRef, watch, type WatchSource } from 'vue'
import { Failure } from '../../shared/failure.ts'

/**
 * What a question was answered with, asked at once and again whenever `when` changes. A later question makes an
 * earlier one's answer void, and the last good answer stays in sight while the next is awaited.
 */
export function useAnswer<T>(ask: () => Promise<T>, when?: WatchSource | WatchSource[]) {
  const answer = shallowRef<T | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const isAsking = ref(false)
  let lastQuestion = 0

  async function again(): Promise<void> {
    const question = (lastQuestion += 1)
    isAsking.value = true
    try {
      const given = await ask()
      if (question !== lastQuestion) return
      answer.value = given
      failure.value = null
    } catch (error) {
      if (question === lastQuestion) failure.value = Failure.from(error)
    } finally {
      if (question === lastQuestion) isAsking.value = false
    }
  }
  void again()
  if (when) watch(when, again)
  return { answer, failure: readonly(failure), isAsking: readonly(isAsking), again }
}

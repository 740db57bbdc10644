import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { SplitPreview, SplitRequest } from '../../../shared/contract/splits.ts'
import { Failure } from '../../../shared/failure.ts'
import { call } from '../../api.ts'
import { useProjectEvents } from '../../projectEvents.ts'

/** A number is typed digit by digit, and each preview reads a million images. */
const settledMs = 250

/** What the choices would change, asked for again whenever they or the images change. The last answer stays in sight meanwhile. */
export function usePreview(projectId: string, request: () => SplitRequest | null) {
  const preview = shallowRef<SplitPreview | null>(null)
  /** The choices that it is of. */
  const of = shallowRef<SplitRequest | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const isAsking = ref(false)
  let question = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function ask(): Promise<void> {
    const asked = request()
    if (!asked) return
    const mine = (question += 1)
    isAsking.value = true
    try {
      const given = await call('splits.preview', { projectId, ...asked })
      if (mine === question) [preview.value, of.value, failure.value] = [given, asked, null]
    } catch (error) {
      if (mine === question) failure.value = Failure.from(error)
    } finally {
      if (mine === question) isAsking.value = false
    }
  }
  function askSoon(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void ask(), settledMs)
  }
  useProjectEvents(['labels.changed', 'images.changed', 'classes.changed'], () => projectId, askSoon)
  onScopeDispose(() => {
    question += 1
    clearTimeout(timer)
  })
  watch(
    () => JSON.stringify(request()),
    // The first question of all has nothing to wait for.
    () => (of.value === null && !isAsking.value ? void ask() : askSoon()),
    { immediate: true },
  )
  return { preview, of, failure, isAsking, ask }
}

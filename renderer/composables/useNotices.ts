import { readonly, ref } from 'vue'
import { Failure } from '../../shared/failure.ts'

interface Notice {
  readonly id: number
  readonly tone: 'error' | 'warn' | 'info' | 'good'
  readonly text: string
}

const staysMs = 6_000
const notices = ref<Notice[]>([])
let lastId = 0

function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id)
}

/** Shows a sentence in the corner; errors and warnings stay until they are dismissed. */
function tell(text: string, tone: Notice['tone'] = 'info'): void {
  const id = (lastId += 1)
  notices.value = [...notices.value.filter((notice) => notice.text !== text), { id, tone, text }]
  if (tone === 'info' || tone === 'good') setTimeout(() => dismiss(id), staysMs)
}

/** Shows what went wrong; what was cancelled, and a lost connection that the top bar shows already, need no words. */
function tellFailure(error: unknown): void {
  const failure = Failure.from(error)
  if (failure.code !== 'cancelled' && failure.code !== 'closed') tell(failure.message, 'error')
}

export function useNotices() {
  return { notices: readonly(notices), tell, tellFailure, dismiss }
}

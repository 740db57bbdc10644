import { computed, onScopeDispose, readonly, ref } from 'vue'
import { Failure } from '../../shared/failure.ts'

interface Notice {
  readonly id: number
  readonly tone: 'error' | 'warn' | 'info' | 'good'
  readonly text: string
  /** What can be done about it there and then. */
  readonly action?: NoticeAction | undefined
}

interface NoticeAction {
  readonly label: string
  readonly run: () => void
  /** The step of the journal that it would take back. */
  readonly stepId?: number | undefined
}

const staysMs = 6_000
/** With something to do, there is more to read and to decide. */
const staysWithActionMs = 15_000
const notices = ref<Notice[]>([])
let lastId = 0
/** How many things are shown that notices may not lie on. */
const above = ref(0)
const areBeneath = computed(() => above.value > 0)

function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id)
}

/** Shows a sentence in the corner; errors and warnings stay until they are dismissed. What could be done about an earlier thing is over with the next. */
function tell(text: string, tone: Notice['tone'] = 'info', action?: NoticeAction): void {
  const id = (lastId += 1)
  notices.value = [...notices.value.filter((notice) => notice.text !== text && !notice.action), { id, tone, text, action }]
  if (tone === 'info' || tone === 'good') setTimeout(() => dismiss(id), action ? staysWithActionMs : staysMs)
}

/** Once a project is left, nothing can be done about what was done there. */
function forgetActions(): void {
  notices.value = notices.value.filter(({ action }) => !action)
}

/** What was told of one project says nothing of the next. */
function forgetAll(): void {
  notices.value = []
}

/** What was told of a step goes with the way back, once that step was taken back or another one was taken since. */
function forgetStep(stepId: number, newest: number | null): void {
  notices.value = notices.value.filter(({ action }) => action?.stepId === undefined || (action.stepId !== stepId && action.stepId >= (newest ?? 0)))
}

/** Shows what went wrong; what was cancelled, and a lost connection that the top bar shows already, need no words. */
function tellFailure(error: unknown): void {
  const failure = Failure.from(error)
  if (failure.code !== 'cancelled' && failure.code !== 'closed') tell(failure.message, 'error')
}

/** For as long as the component lives, notices lie beneath it: something is typed or picked there, and gone at once. */
export function useAboveNotices(): void {
  above.value += 1
  onScopeDispose(() => (above.value -= 1))
}

export function useNotices() {
  return { notices: readonly(notices), areBeneath, tell, tellFailure, forgetActions, forgetAll, forgetStep, dismiss }
}

import { onScopeDispose } from 'vue'

const pauseMs = 800

/**
 * Keeps what is typed without being told to: once typing pauses, and at the last moment where the page, or what the field
 * stands in, goes before that. For a field that is left, `now` keeps it at once.
 */
export function useKeeping(keep: () => Promise<void>) {
  let pause: ReturnType<typeof setTimeout> | undefined

  async function now(): Promise<void> {
    clearTimeout(pause)
    pause = undefined
    await keep()
  }
  function typed(): void {
    clearTimeout(pause)
    pause = setTimeout(() => void now(), pauseMs)
  }
  const isPending = (): boolean => pause !== undefined
  const goes = (): void => void (isPending() && now())

  addEventListener('pagehide', goes)
  onScopeDispose(() => {
    removeEventListener('pagehide', goes)
    goes()
  })
  return { typed, now, isPending }
}

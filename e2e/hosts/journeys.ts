/** What the journeys of a file share: a home of their own, and a window that is closed whatever becomes of them. */
import { afterAll, it } from 'vitest'
import type { Home, Host } from './home.ts'
import { hostKind, makeHome, missing, startHost } from './host.ts'

interface Journeys {
  readonly home: Home
  /** Why none of them can run here; undefined where they can. */
  readonly reason: string | undefined
  start(): Promise<Host>
  /** The window that was started last. */
  current(): Host
  /** @param notIn why there is no such thing to try in one of the two kinds of window */
  journey(title: string, walk: () => Promise<void>, notIn?: Partial<Record<typeof hostKind, string>>): void
}

export function journeys(): Journeys {
  const home = makeHome()
  const reason = missing()
  let host: Host | undefined
  afterAll(async () => {
    await host?.close()
    home.remove()
  })
  return {
    home,
    reason,
    async start() {
      host = await startHost(home)
      return host
    },
    current: () => host!,
    journey(title, walk, notIn = {}) {
      const why = notIn[hostKind] ?? reason
      it.skipIf(why !== undefined)(withReason(title, why), walk)
    },
  }
}

/** A title that says why what it names is not run. */
export function withReason(title: string, reason: string | undefined): string {
  return reason === undefined ? title : `${title} (not run: ${reason})`
}

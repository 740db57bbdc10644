import { EventEmitter, once } from 'node:events'

/** How a person, a terminal that closes or the system asks a program to end. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What comes this soon is the same request: a terminal signals a whole group, and who started this program passes it on. */
const sameRequestMs = 400

export interface Stop {
  /** Resolves at the first request; at once where it has come already. */
  readonly asked: Promise<void>
  /** Leaves the signals to the system again. */
  release(): void
}

/** Hears requests to stop from now on. The second one ends the program at once, and says what that costs. */
export function hearStop(): Stop {
  let firstMs: number | undefined
  const first = new EventEmitter()
  const asked = once(first, 'asked').then(() => undefined)
  const hear = (): void => {
    firstMs ??= performance.now()
    first.emit('asked')
    if (performance.now() - firstMs < sameRequestMs) return
    console.error('Stopped at once: what was going on may not have been saved since its last checkpoint.')
    process.exit(1)
  }
  for (const signal of signals) process.on(signal, hear)
  return {
    asked,
    release() {
      for (const signal of signals) process.off(signal, hear)
    },
  }
}

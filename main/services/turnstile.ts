import { Failure } from '../../shared/failure.ts'

/**
 * Lets so many pieces of work go on at a time; the others wait in the order in which they came. What waits when its signal
 * says that nobody needs it any more leaves with `cancelled`; what goes on by then goes on.
 */
export function turnstile(atATime: number): <Result>(work: () => Promise<Result>, signal?: AbortSignal) => Promise<Result> {
  const waiting = new Set<() => void>()
  let going = 0

  const entered = (signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const enter = (): void => {
        waiting.delete(enter)
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = (): void => {
        waiting.delete(enter)
        reject(unneeded())
      }
      waiting.add(enter)
      signal?.addEventListener('abort', leave, { once: true })
    })

  return async (work, signal) => {
    if (signal?.aborted) throw unneeded()
    // Who is let in by another takes that one's place, so that nobody slips in between.
    if (going < atATime) going += 1
    else await entered(signal)
    try {
      return await work()
    } finally {
      const [enter] = waiting
      if (enter) enter()
      else going -= 1
    }
  }
}

function unneeded(): Failure {
  return new Failure('cancelled', 'This was not done, as nobody waits for it any more.')
}

/** Long work of the main process, in slices between which everybody else gets a turn. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Failure } from '../shared/failure.ts'

/** Half a frame of a screen: what a person asks for meanwhile is late by no more than this and one piece. */
export const sliceMs = 8

/**
 * Calls a generator on, piece after piece, with a turn for others whenever a slice is full.
 * @throws Failure `cancelled` where the signal says so; the generator is not called any more then
 */
export async function inTurns<Result>(work: Generator<void, Result>, signal: AbortSignal): Promise<Result> {
  refuseCancelled(signal)
  for (let began = performance.now(); ; ) {
    const step = work.next()
    if (step.done) return step.value
    if (performance.now() - began < sliceMs) continue
    await nextTurn()
    refuseCancelled(signal)
    began = performance.now()
  }
}

export function refuseCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new Failure('cancelled', 'It was cancelled, and nothing was changed.')
}

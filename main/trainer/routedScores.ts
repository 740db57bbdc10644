/** Scores by a router, timed beside those by all experts: the same images, in turns. */
import type { EvaluateResult } from './contract.ts'
import type { Answer } from './inference.ts'
import type { RoutedAnswer } from './routed.ts'
import { stopwatch } from './stopwatch.ts'

export interface RoutedScores {
  /**
   * Scores a batch both ways; who goes first changes from batch to batch.
   * @param from place of its first image
   */
  score(pixels: Uint8Array, from: number): { readonly everyone: Answer; readonly routed: RoutedAnswer }
  result(): Pick<EvaluateResult, 'imagesPerSecond'> & { readonly routing: NonNullable<EvaluateResult['routing']> }
}

/** @param total images that will be scored, with `guesses` guesses each */
export function routedScores(everyone: (pixels: Uint8Array) => Answer, routed: (pixels: Uint8Array) => RoutedAnswer, { total, guesses, experts }: { readonly total: number; readonly guesses: number; readonly experts: number }): RoutedScores {
  const decisions = experts - 1
  const scores = new Float32Array(total * decisions)
  const allExpertsClasses = new Uint32Array(total)
  const clocks = { everyone: stopwatch(everyone), routed: stopwatch(routed) }
  const imagesPerSecond = (milliseconds: number): number => (total > 0 ? (total * 1000) / milliseconds : 0)
  let batches = 0
  return {
    score(pixels, from) {
      const early = batches++ % 2 === 0 ? clocks.everyone.run(pixels) : undefined
      const answer = { routed: clocks.routed.run(pixels), everyone: early ?? clocks.everyone.run(pixels) }
      for (const n of answer.routed.expertsAsked.keys()) {
        allExpertsClasses[from + n] = answer.everyone.guessClasses[n * guesses]!
        for (const [decision, values] of answer.everyone.scores.entries()) scores[(from + n) * decisions + decision] = values[n]!
      }
      return answer
    },
    result: () => ({
      imagesPerSecond: imagesPerSecond(clocks.routed.milliseconds),
      routing: { scores, allExpertsClasses, allExpertsImagesPerSecond: imagesPerSecond(clocks.everyone.milliseconds) },
    }),
  }
}

/** Scores by a router, timed beside those by all experts: the same images, in turns. */
import type { EvaluateResult } from './contract.ts'
import type { Answer } from './inference.ts'
import type { RoutedAnswer } from './routed.ts'
import { imagesPerSecond, timedInTurns } from './stopwatch.ts'

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
  const both = timedInTurns(everyone, routed)
  return {
    score(pixels, from) {
      const [all, own] = both.run(pixels)
      const answer = { everyone: all, routed: own }
      for (const n of answer.routed.expertsAsked.keys()) {
        allExpertsClasses[from + n] = answer.everyone.guessClasses[n * guesses]!
        for (const [decision, values] of answer.everyone.scores.entries()) scores[(from + n) * decisions + decision] = values[n]!
      }
      return answer
    },
    result: () => ({
      imagesPerSecond: imagesPerSecond(total, both.milliseconds[1]),
      routing: { scores, allExpertsClasses, allExpertsImagesPerSecond: imagesPerSecond(total, both.milliseconds[0]) },
    }),
  }
}

import type { Split } from '../../shared/contract/common.ts'

/** Words that several features share. */
export const common = {
  cancel: 'Cancel',
  close: 'Close',
  tryAgain: 'Try again',
  expert: (n: number) => `Expert ${n}`,
  run: (id: number) => `Run ${id}`,
  noRun: 'No run yet',
  noScoredRun: 'No run has been scored yet',
  trainFirst: 'Train one first.',
  notScored: (run: string, on: string) => `${run} was not scored on ${on}`,
  /** Before "images" they are `splitWords`. */
  splits: { train: 'Training', val: 'Validation', test: 'Test' } satisfies Record<Split, string>,
}

/** What changes with the epoch: the learning rate, and whether rare classes are re-weighted. */
import type { RunConfig } from '../../shared/recipe.ts'

type Schedule = Pick<RunConfig, 'learningRate' | 'warmupEpochs' | 'stepEpochs' | 'stepFactor' | 'reweightEpoch'>

/** @param epoch counted from 1; the steps and the warm-up count from 0, as the authors' code does */
export function learningRateAt(epoch: number, schedule: Schedule): number {
  const elapsed = epoch - 1
  if (elapsed < schedule.warmupEpochs) return (schedule.learningRate * (elapsed + 1)) / schedule.warmupEpochs
  const stepsTaken = schedule.stepEpochs.filter((step) => elapsed >= step).length
  return schedule.learningRate * schedule.stepFactor ** stepsTaken
}

/** Deferred re-weighting (Cao et al. 2019). @param epoch counted from 1 */
export function isReweighted(epoch: number, { reweightEpoch }: Schedule): boolean {
  return epoch > reweightEpoch
}

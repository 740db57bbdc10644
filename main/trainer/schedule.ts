/** What changes with the epoch: the learning rate, and whether rare classes weigh more or are shown more often. */
import type { Moment, RunConfig } from '../../shared/recipe.ts'

type Schedule = Pick<RunConfig, 'learningRate' | 'epochs' | 'schedule' | 'warmupEpochs' | 'stepEpochs' | 'stepFactor'>

/**
 * Rises to the full rate over the warm-up; then it is multiplied by a factor at each step, or follows half a cosine
 * from the warm-up's last epoch to 0 where the run ends (so that it is above 0 in the last epoch).
 * @param epoch counted from 1; the steps and the warm-up count from 0, as the authors' code does
 */
export function learningRateAt(epoch: number, schedule: Schedule): number {
  const elapsed = epoch - 1
  const { learningRate, warmupEpochs } = schedule
  if (elapsed < warmupEpochs) return (learningRate * (elapsed + 1)) / warmupEpochs
  switch (schedule.schedule) {
    case 'steps':
      return learningRate * schedule.stepFactor ** schedule.stepEpochs.filter((step) => elapsed >= step).length
    case 'cosine': {
      const full = warmupEpochs - 1
      return (learningRate * (1 + Math.cos((Math.PI * (elapsed - full)) / (schedule.epochs - full)))) / 2
    }
  }
}

/** Deferred re-weighting is Cao et al.'s (2019). @param epoch counted from 1 */
export function isReweighted(epoch: number, config: Pick<RunConfig, 'reweight' | 'reweightEpoch'>): boolean {
  return holds(config.reweight, epoch, config.reweightEpoch)
}

/** @param epoch counted from 1 */
export function isResampled(epoch: number, config: Pick<RunConfig, 'resample' | 'reweightEpoch'>): boolean {
  return holds(config.resample, epoch, config.reweightEpoch)
}

function holds(moment: Moment, epoch: number, reweightEpoch: number): boolean {
  return moment === 'always' || (moment === 'deferred' && epoch > reweightEpoch)
}

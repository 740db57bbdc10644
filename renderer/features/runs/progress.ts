/** How far a run is, from what it tells. */
import type { RunProgress } from '../../../shared/contract/runs.ts'

/** In [0, 1] over all epochs, scored ones whole, or over the images where nothing is trained; null where the end is not known, as while images are being prepared. */
export function shareDone(progress: Pick<RunProgress, 'phase' | 'epoch' | 'epochs' | 'done' | 'total'>): number | null {
  if (progress.phase === 'preparing') return null
  const within = progress.total > 0 ? progress.done / progress.total : 0
  if (progress.phase === 'evaluating') return progress.epochs > 0 ? Math.min(1, progress.epoch / progress.epochs) : within
  return progress.epochs > 0 ? Math.min(1, (Math.max(0, progress.epoch - 1) + within) / progress.epochs) : null
}

/** Seconds to the run's end; null while images are prepared, when what is told is the end of that alone. */
export const secondsLeft = (progress: Pick<RunProgress, 'phase' | 'secondsLeft'> | null): number | null => (!progress || progress.phase === 'preparing' ? null : progress.secondsLeft)

/** "Epoch 12 of 30, step 40 of 85" */
export function phaseSentence(progress: RunProgress): string {
  const step = `${progress.done.toLocaleString('en')} of ${progress.total.toLocaleString('en')}`
  if (progress.phase === 'preparing') return `Preparing images: ${step}`
  if (progress.phase === 'evaluating') return `Scoring images: ${step}`
  return `Epoch ${progress.epoch.toLocaleString('en')} of ${progress.epochs.toLocaleString('en')}, step ${step}`
}

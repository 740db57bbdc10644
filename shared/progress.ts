import type { RunProgress } from './contract/runs.ts'

/**
 * How far a run is, in [0, 1] over all epochs, scored ones whole, or over the images where nothing is trained; null where
 * the end is not known, as while images are being prepared.
 */
export function shareDone(progress: Pick<RunProgress, 'phase' | 'epoch' | 'epochs' | 'done' | 'total'>): number | null {
  if (progress.phase === 'preparing') return null
  const within = progress.total > 0 ? progress.done / progress.total : 0
  if (progress.phase === 'evaluating') return progress.epochs > 0 ? Math.min(1, progress.epoch / progress.epochs) : within
  return progress.epochs > 0 ? Math.min(1, (Math.max(0, progress.epoch - 1) + within) / progress.epochs) : null
}

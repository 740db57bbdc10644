/** How far a run is, from what it tells, and whether there is more to be had of it. */
import type { Run, RunProgress } from '../../../shared/contract/runs.ts'

export const isActive = (run: Pick<Run, 'status'>): boolean => run.status === 'preparing' || run.status === 'training' || run.status === 'evaluating'

/** Seconds to the run's end; null while images are prepared, when what is told is the end of that alone. */
export const secondsLeft = (progress: Pick<RunProgress, 'phase' | 'secondsLeft'> | null): number | null => (!progress || progress.phase === 'preparing' ? null : progress.secondsLeft)

/**
 * Whether a run that has ended lacks a score on validation images and its weights can have one: it broke off before, or the
 * score is gone, as after the rescue of a damaged project.
 */
export const canScore = (run: Run): boolean => !isActive(run) && run.evaluation?.split !== 'val' && !run.scored.includes('val') && run.hasCheckpoint && run.valImages > 0

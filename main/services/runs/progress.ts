/** What is said of a run that goes on: often enough to see it move, seldom enough to cost nothing. */
import type { RunProgress } from '../../../shared/contract/runs.ts'
import { pace } from '../../pace.ts'

export interface ProgressReport {
  /** The newest, told or not. */
  current(): RunProgress | null
  report(progress: Omit<RunProgress, 'secondsLeft'>): void
}

/** Tells a new phase or epoch, and the end of one, at once; anything between at most every `everyMs`. */
export function progressReport(tell: (progress: RunProgress) => void, everyMs = 250): ProgressReport {
  let current: RunProgress | null = null
  const due = pace(everyMs)
  const left = { preparing: timeLeft(), training: timeLeft(), evaluating: timeLeft() }
  return {
    current: () => current,
    report(progress) {
      const sharp = progress.phase !== current?.phase || progress.epoch !== current.epoch || progress.done === progress.total
      const now = performance.now()
      // The validation after each epoch is part of the training's pace.
      const betweenEpochs = progress.phase === 'evaluating' && progress.epoch < progress.epochs
      current = { ...progress, secondsLeft: betweenEpochs ? (current?.secondsLeft ?? null) : left[progress.phase](shareDone(progress), now) }
      if (due(sharp)) tell(current)
    },
  }
}

function shareDone({ phase, epoch, epochs, done, total }: Omit<RunProgress, 'secondsLeft'>): number {
  const part = total > 0 ? done / total : 0
  // A stage without epochs is one piece of work.
  return phase === 'training' && epochs > 0 ? (epoch - 1 + part) / epochs : part
}

/** From the pace since the first look, so that validation between epochs counts and what an earlier process did does not. */
function timeLeft(): (share: number, now: number) => number | null {
  let first: { readonly share: number; readonly now: number } | undefined
  return (share, now) => {
    first ??= { share, now }
    return share > first.share ? (((now - first.now) / 1000) * (1 - share)) / (share - first.share) : null
  }
}

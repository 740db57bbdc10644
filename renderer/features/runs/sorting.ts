/** The order of the run list. */
import type { Run } from '../../../shared/contract/runs.ts'

export const runColumns = ['id', 'status', 'experts', 'epochs', 'top1', 'many', 'medium', 'few', 'imagesPerSecond', 'createdAt'] as const
export type RunColumn = (typeof runColumns)[number]

/** What a column shows of a run; null where there is nothing (yet). */
export function valueOf(run: Run, column: RunColumn): number | string | null {
  switch (column) {
    case 'id':
    case 'status':
    case 'createdAt':
    case 'imagesPerSecond':
      return run[column]
    case 'experts':
      return run.config.experts
    case 'epochs':
      return run.epochsDone
    case 'top1':
    case 'many':
    case 'medium':
    case 'few':
      return run.evaluation?.[column] ?? null
  }
}

/** A sorted copy; runs without a value come last in both directions, equal ones newest first. */
export function sortedRuns(runs: readonly Run[], column: RunColumn, descending: boolean): Run[] {
  return [...runs].sort((a, b) => {
    const [left, right] = [valueOf(a, column), valueOf(b, column)]
    if (left === right) return b.id - a.id
    if (left === null) return 1
    if (right === null) return -1
    return (left < right ? -1 : 1) * (descending ? -1 : 1)
  })
}

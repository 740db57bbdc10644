/** What goes on in every project, as events tell it, and how a task bar shows it. */
import type { ImportProgress } from '../../shared/contract/images.ts'
import type { Run, RunProgress } from '../../shared/contract/runs.ts'
import { shareDone } from '../../shared/progress.ts'

interface Work {
  /** In [0, 1]; null where something goes on whose end is not known; -1 where nothing does. */
  readonly share: number | null
  readonly mode: 'none' | 'normal' | 'indeterminate' | 'paused' | 'error'
  readonly isTraining: boolean
}

export interface WorkFollowed {
  progressed(progress: RunProgress): void
  /** @returns the run where it ended by itself, or failed: what a person who is not looking wants to know */
  changed(projectId: string, run: Run): Run | null
  importing(progress: ImportProgress): void
  importEnded(projectId: string): void
  closed(projectId: string): void
  /** Somebody looks at the window: what ended is seen. */
  seen(): void
  now(): Work
}

const keyOf = (projectId: string, runId: number): string => `${projectId} ${runId}`
const isGoing = ({ status }: Run): boolean => status === 'preparing' || status === 'training' || status === 'evaluating'

export function followWork(): WorkFollowed {
  const runs = new Map<string, { readonly projectId: string; share: number | null }>()
  const imports = new Map<string, number | null>()
  let unseen: 'paused' | 'error' | null = null

  return {
    progressed(progress) {
      const going = runs.get(keyOf(progress.projectId, progress.runId))
      if (going) going.share = shareDone(progress)
    },
    changed(projectId, run) {
      const key = keyOf(projectId, run.id)
      if (isGoing(run)) {
        if (!runs.has(key)) runs.set(key, { projectId, share: null })
        return null
      }
      if (!runs.delete(key)) return null
      if (run.status === 'failed') unseen = 'error'
      else if (run.status !== 'finished') unseen ??= 'paused'
      return run.status === 'stopped' ? null : run
    },
    importing: ({ projectId, phase, done, total }) => void imports.set(projectId, phase === 'reading' && total > 0 ? done / total : null),
    importEnded: (projectId) => void imports.delete(projectId),
    closed(projectId) {
      imports.delete(projectId)
      for (const [key, run] of runs) if (run.projectId === projectId) runs.delete(key)
    },
    seen: () => void (unseen = null),
    now() {
      const isTraining = runs.size > 0
      const shares = [...[...runs.values()].map(({ share }) => share), ...imports.values()]
      if (shares.length === 0) return unseen ? { share: 1, mode: unseen, isTraining } : { share: -1, mode: 'none', isTraining }
      const known = shares.filter((share) => share !== null)
      // What takes longest is what is waited for.
      return known.length < shares.length ? { share: null, mode: 'indeterminate', isTraining } : { share: Math.min(...known), mode: 'normal', isTraining }
    },
  }
}

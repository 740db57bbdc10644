/** Trainer processes for short work: one for each piece, ended with it or with its project. */
import { Failure } from '../../shared/failure.ts'
import { startTrainer, type SpawnTrainer, type Trainer } from '../trainer/client.ts'
import type { Doing } from './context.ts'
import type { OpenProject } from './projects.ts'

export interface Lending {
  /**
   * @param doing what is told of the work while it goes on; null for what nobody would miss
   * @param work what its signal does not end ends with its trainer
   */
  lend<Result>(project: OpenProject, doing: Omit<Doing, 'projectId'> | null, work: (trainer: Trainer, signal: AbortSignal) => Promise<Result>): Promise<Result>
  /** Ends what is lent for the project; the work rejects with `closed`. */
  end(project: OpenProject): Promise<void>
  activity(): readonly Doing[]
}

interface Lent {
  readonly project: OpenProject
  readonly doing: Omit<Doing, 'projectId'> | null
  readonly ended: Promise<unknown>
  stop(): void
}

export function lendTrainers(spawn: SpawnTrainer): Lending {
  const all = new Set<Lent>()
  return {
    async lend(project, doing, work) {
      const trainer = startTrainer(spawn)
      const closing = new AbortController()
      const ended = work(trainer, closing.signal)
        .catch((error: unknown) => {
          throw closing.signal.aborted ? new Failure('closed', `${project.name} was closed before this was done. Open it again and ask for it anew.`) : error
        })
        .finally(() => {
          all.delete(lent)
          trainer.kill()
        })
      const stop = (): void => {
        closing.abort()
        trainer.kill()
      }
      const lent = { project, doing, ended: ended.catch(() => {}), stop }
      all.add(lent)
      return ended
    },
    async end(project) {
      const its = [...all].filter((lent) => lent.project === project)
      for (const { stop } of its) stop()
      await Promise.all(its.map(({ ended }) => ended))
    },
    activity: () => [...all].flatMap(({ project, doing }) => (doing === null ? [] : [{ projectId: project.id, ...doing }])),
  }
}

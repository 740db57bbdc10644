/** Trainer processes for short work: one for each piece, ended with it or with its project. */
import { startTrainer, type SpawnTrainer, type Trainer } from '../trainer/client.ts'
import type { OpenProject } from './projects.ts'

export interface Lending {
  lend<Result>(project: OpenProject, work: (trainer: Trainer) => Promise<Result>): Promise<Result>
  /** Ends what is lent for the project; the work rejects with `closed`. */
  end(project: OpenProject): Promise<void>
}

export function lendTrainers(spawn: SpawnTrainer): Lending {
  const lent = new Map<Trainer, { readonly project: OpenProject; readonly ended: Promise<unknown> }>()
  return {
    async lend(project, work) {
      const trainer = startTrainer(spawn)
      const ended = work(trainer).finally(() => {
        lent.delete(trainer)
        trainer.kill()
      })
      lent.set(trainer, { project, ended: ended.catch(() => {}) })
      return ended
    },
    async end(project) {
      for (const [trainer, { project: of, ended }] of lent) {
        if (of !== project) continue
        trainer.kill()
        await ended
      }
    },
  }
}

/** The parent's side of a trainer process. Each job has a process of its own, so that memory and crashes end with it. */
import { connect, type Connection, type Wire } from '../../shared/rpc.ts'
import type { TrainerContract } from './contract.ts'

export interface TrainerProcess {
  readonly wire: Wire
  /** Ends the process at once; its wire closes. */
  kill(): void
}

/** Starts a trainer process: `fork` under plain Node, a utility process under Electron. */
export type SpawnTrainer = () => TrainerProcess

export interface Trainer extends Connection<TrainerContract> {
  kill(): void
}

export function startTrainer(spawn: SpawnTrainer): Trainer {
  const { wire, kill } = spawn()
  return { ...connect<TrainerContract>(wire), kill }
}

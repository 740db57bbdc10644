import { fork } from 'node:child_process'
import { entryFile } from '../entries.ts'
import { childWire } from '../wires.ts'
import type { TrainerProcess } from './client.ts'
import { relayErrors } from './relay.ts'

/** Starts the trainer as a child of plain Node. @param options as `entry.ts` takes them */
export function forkTrainer(options: readonly string[] = []): TrainerProcess {
  const child = fork(entryFile('trainer'), options, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
  relayErrors(child.stderr!)
  return {
    wire: childWire(child, 'The trainer'),
    kill: () => {
      child.kill('SIGKILL')
    },
  }
}

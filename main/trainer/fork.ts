import { fork } from 'node:child_process'
import { createInterface } from 'node:readline'
import { entryFile } from '../entries.ts'
import { childWire } from '../wires.ts'
import type { TrainerProcess } from './client.ts'

/** What TensorFlow's libraries say when they load, whatever level of logging is set. */
const idleTalk = /^(WARNING: All log messages before absl::InitializeLog\(\)|I\d{4} )/

/** Starts the trainer as a child of plain Node. */
export function forkTrainer(): TrainerProcess {
  const child = fork(entryFile('trainer'), [], { serialization: 'advanced', stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
  createInterface({ input: child.stderr! }).on('line', (line) => {
    if (!idleTalk.test(line)) console.error(line)
  })
  return {
    wire: childWire(child, 'The trainer'),
    kill: () => {
      child.kill('SIGKILL')
    },
  }
}

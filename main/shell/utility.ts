import { utilityProcess } from 'electron'
import { Failure } from '../../shared/failure.ts'
import { entryFile } from '../entries.ts'
import { requireWhole } from '../packaged.ts'
import type { TrainerProcess } from '../trainer/client.ts'
import { relayErrors } from '../trainer/relay.ts'
import { closing, laterWire } from '../wires.ts'

/** Starts the trainer as a utility process of Electron, once what it loads is known to be what was packed. */
export function utilityTrainer(): TrainerProcess {
  const starting = Promise.all([requireWhole('tensorflow'), requireWhole('onnx')]).then(startTrainer)
  return {
    wire: laterWire(starting.then(({ wire }) => wire)),
    kill() {
      starting.then(({ kill }) => kill(), () => {})
    },
  }
}

function startTrainer(): TrainerProcess {
  const child = utilityProcess.fork(entryFile('trainer'), [], { serviceName: 'RIDE trainer', stdio: ['ignore', 'inherit', 'pipe'] })
  if (child.stderr) relayErrors(child.stderr)
  const close = closing()
  let isUnwanted = false
  const kill = (): void => {
    isUnwanted = true
    // None yet, or none any more.
    if (child.pid === undefined) return
    try {
      process.kill(child.pid, 'SIGKILL')
    } catch {
      // It ended by itself at this moment, and its exit is about to close the wire.
    }
  }
  child.once('spawn', () => isUnwanted && kill())
  child.once('exit', (code) => close.with(new Failure('closed', `The trainer ended unexpectedly (exit code ${code}).`)))
  return {
    wire: {
      post: (message) => child.postMessage(message),
      on: (listener) => {
        child.on('message', listener)
        return () => child.off('message', listener)
      },
      onClose: close.heard,
    },
    kill,
  }
}

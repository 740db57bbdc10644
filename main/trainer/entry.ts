/** The trainer's process: answers the trainer's commands for the process that started it. */
import { Failure } from '../../shared/failure.ts'
import { serve, type Emit, type Handlers } from '../../shared/rpc.ts'
import { parentWire } from '../wires.ts'
import { trainerContract, type TrainerContract } from './contract.ts'
import { evaluate } from './evaluate.ts'
import { exportWeights } from './export.ts'
import { describeWeights, importWeights } from './importWeights.ts'
import { loadTensorFlow } from './graph/native.ts'
import { devicesOf } from './process.ts'
import { train } from './train.ts'

// Ctrl+C and a closing terminal reach every process in it. The one that started this one decides: it stops a run with a
// checkpoint, and when it goes its wire ends this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

let training: { stop: boolean } | undefined

const handlers: Handlers<TrainerContract> = {
  devices: ({ device }) => devicesOf(loadTensorFlow(device)),
  async train(job) {
    if (training) throw new Failure('busy', 'This process is training already.')
    const state = { stop: false }
    training = state
    try {
      return await train(job, { emit, stopped: () => state.stop })
    } finally {
      training = undefined
    }
  },
  stop() {
    if (training) training.stop = true
    return {}
  },
  evaluate: (job) => evaluate(job, emit),
  export: ({ runFolder, file }) => ({ tensors: exportWeights(runFolder, file), verified: null }),
  describeWeights: ({ file }) => describeWeights(file),
  importWeights(job) {
    importWeights(job)
    return {}
  },
}

const emit: Emit<TrainerContract> = serve(trainerContract, parentWire(), handlers, (error, command) => {
  console.error(`The trainer's command ${command} crashed:`, error)
})

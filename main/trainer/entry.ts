/** The trainer's process: answers the trainer's commands for the process that started it. */
import { Failure } from '../../shared/failure.ts'
import { serve, type Emit, type Handlers } from '../../shared/rpc.ts'
import { parentWire } from '../wires.ts'
import { trainerContract, type TrainerContract } from './contract.ts'
import { evaluate } from './evaluate.ts'
import { exportRun } from './export.ts'
import { describeWeights, importWeights, weightsFit } from './importWeights.ts'
import { loadTensorFlow } from './graph/native.ts'
import { devicesOf } from './process.ts'
import { train } from './train.ts'

// Ctrl+C and a closing terminal reach every process in it. The one that started this one decides: it stops a run with a
// checkpoint, and when it goes its wire ends this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

/** `--checkpoint-every-ms=N`: for checkpoints more often than a crash calls for, as where they are to be interrupted. */
const checkpointOption = '--checkpoint-every-ms='
const checkpointEvery = process.argv.find((argument) => argument.startsWith(checkpointOption))?.slice(checkpointOption.length)
if (checkpointEvery !== undefined && !/^\d+$/.test(checkpointEvery)) throw new Error(`${checkpointOption}${checkpointEvery}: milliseconds were expected, a whole number.`)

let training: { stop: boolean } | undefined

const handlers: Handlers<TrainerContract> = {
  devices: ({ device }) => devicesOf(loadTensorFlow(device)),
  async train(job) {
    if (training) throw new Failure('busy', 'This process is training already.')
    const state = { stop: false }
    training = state
    try {
      return await train(job, { emit, stopped: () => state.stop, ...(checkpointEvery !== undefined && { checkpointEveryMs: Number(checkpointEvery) }) })
    } finally {
      training = undefined
    }
  },
  stop() {
    if (training) training.stop = true
    return {}
  },
  evaluate: (job) => evaluate(job, emit),
  export: (job) => exportRun(job, emit),
  describeWeights: ({ file }) => describeWeights(file),
  weightsFit: ({ file, config }) => weightsFit(file, config),
  importWeights(job) {
    importWeights(job)
    return {}
  },
}

const emit: Emit<TrainerContract> = serve(trainerContract, parentWire(), handlers, (error, command) => {
  console.error(`The trainer's command ${command} crashed:`, error)
})

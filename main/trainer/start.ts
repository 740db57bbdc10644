/** Where a run's variables begin: drawn from its seed, read from a weights file, or taken from the run that a second stage works on. */
import { loadCheckpoint } from './checkpoint.ts'
import type { TrainJob } from './contract.ts'
import type { Shape } from './graph/graph.ts'
import { initialValues } from './initialize.ts'
import type { State, TrainingNetwork } from './network.ts'
import { pretrainedState } from './pretrained.ts'
import { secondStageStart } from './secondStageStart.ts'
import { stateFrom, trackedBatches } from './weights.ts'

interface RunStart {
  readonly state: State
  /** Training batches that its batch norms have seen. */
  readonly tracked: number
}

/** @throws Failure where the weights file fits nothing, where the stage cannot work on the base run, `unreadable` where that has no checkpoint that reads back whole */
export function startOf({ config, baseFolder }: Pick<TrainJob, 'config' | 'baseFolder'>, { variables }: Pick<TrainingNetwork, 'variables'>): RunStart {
  if (baseFolder !== null) {
    const { tensors } = loadCheckpoint(baseFolder)
    return { state: secondStageStart(config, variables, stateFrom(tensors)), tracked: trackedBatches(tensors) }
  }
  const drawn = new Map([...variables.values()].map((variable) => [variable.name, initialValues(variable, config.seed)]))
  if (config.trunkFile === null) return { state: drawn, tracked: 0 }
  const { state } = pretrainedState(config.trunkFile, shapesOf(variables))
  return { state: new Map([...drawn, ...state]), tracked: 0 }
}

function shapesOf(variables: TrainingNetwork['variables']): Map<string, Shape> {
  return new Map([...variables].map(([name, { shape }]) => [name, shape]))
}

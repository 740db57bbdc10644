/** Where a run's variables begin: drawn from its seed, read from a weights file, or taken from the run that a second stage works on. */
import { loadCheckpoint } from './checkpoint.ts'
import type { Shape } from './graph/graph.ts'
import { initialValues } from './initialize.ts'
import type { State, TrainingNetwork } from './network.ts'
import { pretrainedState } from './pretrained.ts'
import type { RunJob } from './run.ts'
import { stateFrom } from './weights.ts'

/** @throws Failure where the weights file fits nothing, `unreadable` where the base run has no checkpoint that reads back whole */
export function startOf({ config, baseFolder }: RunJob, { variables }: Pick<TrainingNetwork, 'variables'>): State {
  const drawn = new Map([...variables.values()].map((variable) => [variable.name, initialValues(variable, config.seed)]))
  if (baseFolder === null) return config.trunkFile === null ? drawn : new Map([...drawn, ...pretrainedState(config.trunkFile, shapesOf(variables)).state])
  // What a second stage adds to the network is drawn; its momentum starts at zero.
  const base = stateFrom(loadCheckpoint(baseFolder).checkpoint.tensors)
  return new Map([...drawn].map(([name, values]) => [name, base.get(name) ?? values]))
}

function shapesOf(variables: TrainingNetwork['variables']): Map<string, Shape> {
  return new Map([...variables].map(([name, { shape }]) => [name, shape]))
}

/** Where a run's variables begin: drawn from its seed, or taken from the run that a second stage works on. */
import { loadCheckpoint } from './checkpoint.ts'
import { initialValues } from './initialize.ts'
import type { State, TrainingNetwork } from './network.ts'
import type { RunJob } from './run.ts'
import { stateFrom } from './weights.ts'

/** @throws Failure `unreadable` where the base run has no checkpoint that reads back whole */
export function startOf({ config, baseFolder }: RunJob, { variables }: Pick<TrainingNetwork, 'variables'>): State {
  const drawn = new Map([...variables.values()].map((variable) => [variable.name, initialValues(variable, config.seed)]))
  if (baseFolder === null) return drawn
  // What a second stage adds to the network is drawn; its momentum starts at zero.
  const base = stateFrom(loadCheckpoint(baseFolder).checkpoint.tensors)
  return new Map([...drawn].map(([name, values]) => [name, base.get(name) ?? values]))
}

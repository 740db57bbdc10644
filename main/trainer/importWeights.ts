/** Weights that others trained, as the checkpoint of a run that is finished. */
import path from 'node:path'
import { Failure } from '../../shared/failure.ts'
import type { RunConfig } from '../../shared/recipe.ts'
import { hasCheckpoint } from '../checkpoints.ts'
import { saveCheckpoint } from './checkpoint.ts'
import type { WeightsDescription } from './contract.ts'
import { describeTensors, misfits, tensorShapes, variableShapes } from './formats/describe.ts'
import { flawOf } from './formats/flaws.ts'
import { readWeightsFile } from './formats/weightsFile.ts'
import type { Shape } from './graph/graph.ts'
import { pretrainedState, type Pretrained } from './pretrained.ts'
import type { StoredTensor } from './formats/safetensors.ts'

/** @throws Failure in a sentence where the file cannot be read, or holds no network that is known here */
export function describeWeights(file: string): WeightsDescription {
  return describeTensors(readWeightsFile(file), path.basename(file))
}

/**
 * Which stages of a run's network would start from the file, before there is a run.
 * @throws Failure in a sentence where the file cannot be read, or fits no stage
 */
export function weightsFit(file: string, config: RunConfig): Pick<Pretrained, 'loaded' | 'left'> {
  // Classifiers are drawn anew, for however many classes.
  const { loaded, left } = pretrainedState(file, variableShapes({ ...config, classes: 2, routerTopLogits: null }))
  return { loaded, left }
}

/** @throws Failure `invalid-input` where the file does not hold the network of `config` */
export function importWeights({ file, config, classes, runFolder }: { readonly file: string; readonly config: RunConfig; readonly classes: number; readonly runFolder: string }): void {
  if (hasCheckpoint(runFolder)) throw new Failure('already-exists', 'The run has checkpoints already. Import the weights as another run.')
  const { tensors } = readWeightsFile(file)
  const shapes = tensorShapes({ ...config, classes, routerTopLogits: config.stage === 'router' ? config.routerTopLogits : null })
  const [first, ...more] = misfits(tensors, shapes)
  const name = path.basename(file)
  if (first !== undefined) throw new Failure('invalid-input', `${name} does not hold the run's network: ${first}${more.length > 0 ? `, and ${more.length} more do not fit` : ''}.`)
  const kept = [...tensors].filter(([key, tensor]) => shapes.has(key) || isCountOf(shapes, key, tensor))
  for (const [key, tensor] of kept) {
    const flaw = flawOf(key, tensor)
    if (flaw !== undefined) throw new Failure('invalid-input', `${name} holds ${flaw} in ${key}; its training diverged, or the file is damaged.`)
  }
  saveCheckpoint(runFolder, { position: { epochsDone: config.epochs, stepsDone: 0, lossSum: 0, seed: config.seed }, tensors: new Map(kept) })
}

/** Whether it counts the training batches of one of the network's batch norms. */
function isCountOf(shapes: ReadonlyMap<string, Shape>, key: string, { values }: StoredTensor): boolean {
  const count = '.num_batches_tracked'
  return key.endsWith(count) && shapes.has(`${key.slice(0, -count.length)}.running_var`) && values instanceof BigInt64Array && values.length === 1
}

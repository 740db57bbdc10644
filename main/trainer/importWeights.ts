/** Weights that others trained, as the checkpoint of a run that is finished. */
import path from 'node:path'
import { Failure } from '../../shared/failure.ts'
import type { RunConfig } from '../../shared/recipe.ts'
import { hasCheckpoint } from '../checkpoints.ts'
import { saveCheckpoint } from './checkpoint.ts'
import type { WeightsDescription } from './contract.ts'
import { describeTensors, misfits, tensorShapes } from './formats/describe.ts'
import { readWeightsFile } from './formats/weightsFile.ts'
import type { StoredTensor } from './safetensors.ts'

/** @throws Failure in a sentence where the file cannot be read, or holds no network that is known here */
export function describeWeights(file: string): WeightsDescription {
  return describeTensors(readWeightsFile(file), path.basename(file))
}

/** @throws Failure `invalid-input` where the file does not hold the network of `config` */
export function importWeights({ file, config, classes, runFolder }: { readonly file: string; readonly config: RunConfig; readonly classes: number; readonly runFolder: string }): void {
  if (hasCheckpoint(runFolder)) throw new Failure('already-exists', 'The run has checkpoints already. Import the weights as another run.')
  const { tensors } = readWeightsFile(file)
  const shapes = tensorShapes({ ...config, classes, routerTopLogits: config.stage === 'router' ? config.routerTopLogits : null })
  const [first, ...more] = misfits(tensors, shapes)
  const name = path.basename(file)
  if (first !== undefined) throw new Failure('invalid-input', `${name} does not hold the run's network: ${first}${more.length > 0 ? `, and ${more.length} more do not fit` : ''}.`)
  const kept = [...tensors].filter(([key, { values }]) => shapes.has(key) || (values instanceof BigInt64Array && key.endsWith('.num_batches_tracked')))
  const broken = kept.find(([, tensor]) => !isFinite(tensor))
  if (broken) throw new Failure('invalid-input', `${name} holds a number in ${broken[0]} that is not finite; its training diverged, or the file is damaged.`)
  saveCheckpoint(runFolder, { position: { epochsDone: config.epochs, stepsDone: 0, lossSum: 0, seed: config.seed }, tensors: new Map(kept) })
}

function isFinite({ values }: StoredTensor): boolean {
  return values instanceof BigInt64Array || values.every(Number.isFinite)
}

/** The start of a run from a weights file: whole stages of it, wherever they have the network's shapes. */
import path from 'node:path'
import { Failure } from '../../shared/failure.ts'
import { flawOf } from './formats/flaws.ts'
import { readWeightsFile } from './formats/weightsFile.ts'
import type { Shape } from './graph/graph.ts'
import type { StoredTensor } from './formats/safetensors.ts'
import { authorsShape, fromAuthors } from './weights.ts'

export interface Pretrained {
  /** Values in the network's layout, by its names. */
  readonly state: ReadonlyMap<string, Float32Array>
  /** Stages that start from the file: `stem`, `layer1`, `layer3s.0`, ... */
  readonly loaded: string[]
  /** Stages that start as they are drawn. */
  readonly left: string[]
}

/**
 * Torchvision's names or the authors': the file's `layer3` starts every expert's `layer3s.E`. Classifiers are not looked
 * at. A stage is taken as a whole or not at all, so that no batch norm stands behind a convolution that it does not know.
 * @param shapes of the network's variables, by name, as TensorFlow has them
 * @throws Failure where no stage fits
 */
export function pretrainedState(file: string, shapes: ReadonlyMap<string, Shape>): Pretrained {
  const { tensors } = readWeightsFile(file)
  const state = new Map<string, Float32Array>()
  const loaded: string[] = []
  const left: string[] = []
  for (const [stage, names] of stagesOf(shapes.keys())) {
    const found = names.map((name) => ({ name, shape: shapes.get(name)!, tensor: tensors.get(name) ?? tensors.get(sharedName(name)) }))
    const fits = found.every(({ name, shape, tensor }) => tensor?.values instanceof Float32Array && sameShape(authorsShape(shape), tensor.shape) && flawOf(name, tensor) === undefined)
    ;(fits ? loaded : left).push(stage)
    if (fits) for (const { name, shape, tensor } of found) state.set(name, fromAuthors((tensor as StoredTensor).values as Float32Array, shape))
  }
  if (loaded.length === 0) throw new Failure('invalid-input', `${path.basename(file)} fits no stage of the network: ${misfit(tensors, shapes)} Choose a file of the same backbone, under torchvision's or the authors' names.`)
  return { state, loaded, left }
}

/** Variables by the stage that they belong to; classifiers and routers belong to none. */
function stagesOf(names: Iterable<string>): Map<string, string[]> {
  const stages = new Map<string, string[]>()
  for (const name of names) {
    const stage = stageOf(name)
    if (stage !== undefined) stages.set(stage, [...(stages.get(stage) ?? []), name])
  }
  return stages
}

function stageOf(name: string): string | undefined {
  if (/^(?:conv1|bn1)\./.test(name)) return 'stem'
  return /^(layer\d|layer\ds\.\d+)\./.exec(name)?.[1]
}

/** `layer3s.1.0.conv1.weight` -> `layer3.0.conv1.weight` */
function sharedName(name: string): string {
  return name.replace(/^(layer\d)s\.\d+\./, '$1.')
}

/** In a sentence, by the first convolution, which every backbone has. */
function misfit(tensors: ReadonlyMap<string, StoredTensor>, shapes: ReadonlyMap<string, Shape>): string {
  const first = 'conv1.weight'
  const expected = authorsShape(shapes.get(first) ?? [])
  const found = tensors.get(first)
  if (!found) return `it holds no ${first}, of shape [${expected.join(', ')}].`
  return sameShape(found.shape, expected) ? `its ${first} fits, what follows does not.` : `its ${first} has the shape [${found.shape.join(', ')}]; [${expected.join(', ')}] was expected.`
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis])
}

/** A finished run as a teacher: its network as constants, to be asked about the images that the student sees. */
import { Failure } from '../../shared/failure.ts'
import { loadCheckpoint } from './checkpoint.ts'
import type { TrainJob } from './contract.ts'
import type { Graph, Tensor } from './graph/graph.ts'
import { foldedLayers } from './models/layers.ts'
import { expertLogits, meanOf, modelOf } from './models/model.ts'
import { stateFrom } from './weights.ts'

export type Teacher = NonNullable<TrainJob['teacher']>

/**
 * Mean logits of the teacher's experts, batch norm in inference mode, [n, classes].
 * @param images normalised as the teacher's backbone expects, [n, s, s, 3]
 * @throws Failure `invalid-input` where it tells other classes apart, `unreadable` where it has no checkpoint
 */
export function teacherLogits(graph: Graph, { config, runFolder }: Teacher, classes: number, images: Tensor): Tensor {
  const checkpoint = loadCheckpoint(runFolder)
  const [rows, columns] = checkpoint.tensors.get('linears.0.weight')?.shape ?? []
  const known = config.head === 'cosine' ? columns : rows
  if (known !== classes) throw new Failure('invalid-input', `The teacher tells ${known ?? 'no'} classes apart; this run has ${classes}. Choose a teacher that was trained on the same classes.`)
  const layers = foldedLayers(graph, stateFrom(checkpoint.tensors))
  return meanOf(expertLogits(modelOf(layers, { ...config, classes }), config.experts, images))
}

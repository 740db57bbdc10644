/** What a run gives to others: its weights as `load_state_dict` takes them, or its model. */
import { rmSync, writeFileSync } from 'node:fs'
import type { Verified } from '../../shared/contract/runs.ts'
import { Failure } from '../../shared/failure.ts'
import type { Emit } from '../../shared/rpc.ts'
import { temporaryName } from '../atomic.ts'
import { loadCheckpoint } from './checkpoint.ts'
import type { ExportJob, TrainerContract } from './contract.ts'
import { asWriteFailure } from './exportFailure.ts'
import { exportModel } from './exportModel.ts'
import { moveIntoPlace } from './exportPlace.ts'
import { metadataOf } from './metadata.ts'
import { encodeTensors, type StoredTensor } from './formats/safetensors.ts'
import { isScales, withScalesFolded } from './scales.ts'

/** @returns how many tensors were written, and for a model what it was held against */
export async function exportRun(job: ExportJob, emit: Emit<TrainerContract>): Promise<{ tensors: number; verified: Verified | null }> {
  return job.format === 'safetensors' ? { tensors: exportWeights(job), verified: null } : exportModel(job, emit)
}

function exportWeights(job: Pick<ExportJob, 'config' | 'runFolder' | 'classNames' | 'file' | 'replace' | 'threshold' | 'adjustment'>): number {
  const checkpoint = loadCheckpoint(job.runFolder)
  const tensors = plain(new Map([...checkpoint.tensors].filter(([name]) => !name.endsWith('/momentum'))))
  const temporary = temporaryName(job.file)
  try {
    try {
      // PyTorch's own readers ask for the format.
      writeFileSync(temporary, Buffer.concat(encodeTensors({ tensors, metadata: { format: 'pt', ...metadataOf(job) } })), { flag: 'wx' })
      moveIntoPlace(temporary, job)
    } finally {
      rmSync(temporary, { force: true })
    }
  } catch (error) {
    throw error instanceof Failure ? error : asWriteFailure('The weights', job.file, error)
  }
  return tensors.size
}

/**
 * Learnt scales, of which the authors' classes know nothing, worked into the classifiers.
 * @throws Failure `unsupported` where they cannot be
 */
function plain(tensors: ReadonlyMap<string, StoredTensor>): Map<string, StoredTensor> {
  const floats = new Map([...tensors].flatMap(([name, { values }]) => (values instanceof Float32Array ? [[name, values] as const] : [])))
  const folded = withScalesFolded(floats)
  if ([...folded.keys()].some(isScales)) throw new Failure('unsupported', "The run learnt scales for the logits of a cosine classifier, which has no weights to work them into; under the authors' names they would be left out, and the answers others. Export a SavedModel or ONNX, which hold them, instead.")
  return new Map([...tensors].flatMap(([name, tensor]) => (floats.has(name) && !folded.has(name) ? [] : [[name, { ...tensor, values: folded.get(name) ?? tensor.values }] as const])))
}

/** A run's network written as a SavedModel or as ONNX, and held against the run before it is called done. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Verified } from '../../shared/contract/runs.ts'
import { Failure } from '../../shared/failure.ts'
import type { Emit } from '../../shared/rpc.ts'
import { temporaryName, writeAtomically } from '../atomic.ts'
import { loadCheckpoint } from './checkpoint.ts'
import type { ExportJob, TrainerContract } from './contract.ts'
import { exportedModel, type ExportedModel } from './exportedModel.ts'
import { asWriteFailure } from './exportFailure.ts'
import { moveIntoPlace } from './exportPlace.ts'
import { encodeSavedModel } from './graph/encode.ts'
import { loadTensorFlow, type Binding } from './graph/native.ts'
import { openSavedModel } from './graph/session.ts'
import { metadataOf, offsetsIn } from './metadata.ts'
import { encodeOnnx } from './onnx/encode.ts'
import { openOnnx } from './onnx/runtime.ts'
import { translate } from './onnx/translate.ts'
import { verifyModel, type RunModel } from './verifyModel.ts'
import { stateFrom } from './weights.ts'

/** What TensorFlow's loaders ask a model to be tagged with. */
const tag = 'serve'

/** Of the run's largest logit. Kernels that round in another order differ by a thousandth of this; a network that lacks a part, by far more. */
const largestRelativeDifference = 1e-2

/**
 * The file or folder is there only if its answers are the run's: else nothing is left of it.
 * @throws Failure `internal` where it answers otherwise than the run does, `invalid-input` where there is nothing to tell that by
 */
export async function exportModel(job: ExportJob, emit: Emit<TrainerContract>): Promise<{ tensors: number; verified: Verified }> {
  // ONNX Runtime computes here on the processor, and in float32; a GPU rounds the products that it is held against.
  const binding = loadTensorFlow(job.format === 'onnx' ? 'cpu' : job.config.device)
  const weights = stateFrom(loadCheckpoint(job.runFolder).tensors)
  const model = exportedModel(job.config, job.classNames.length, weights, job.threshold, offsetsIn(job))
  const temporary = temporaryName(job.file)
  try {
    written(job, () => (job.format === 'onnx' ? writeOnnx : writeSavedModel)(temporary, model, job))
    const { run, close } = await (job.format === 'onnx' ? runnerOfOnnx(temporary, job) : runnerOfSavedModel(binding, temporary, model))
    const { largestLogit, ...verified } = await verifyModel(binding, job, weights, run, emit).finally(close)
    refuseDisagreement(verified, largestLogit)
    written(job, () => moveIntoPlace(temporary, job))
    return { tensors: weightsIn(model), verified }
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** @throws Failure `internal` where the model is not the run's */
export function refuseDisagreement(verified: Verified, largestLogit: number): void {
  const { images, flips, largestDifference } = verified
  const bound = largestRelativeDifference * largestLogit
  const kept = 'The exported model was not kept:'
  const instead = 'Export the weights as safetensors instead.'
  if (flips > 0) throw new Failure('internal', `${kept} it gives ${flips} of ${images} images another class than the run does (largest difference of a logit ${largestDifference}). ${instead}`, verified)
  if (largestDifference > bound) throw new Failure('internal', `${kept} a logit of it is ${largestDifference} from the run's, and at most ${bound} was expected. ${instead}`, verified)
}

/** Constants that were learnt, and the few that pixels are normalised by. */
function weightsIn({ graph }: ExportedModel): number {
  return graph.operations.filter(({ type, outputs: [value] }) => type === 'Const' && value!.dtype === 'float32' && value!.shape.length > 0).length
}

function writeSavedModel(folder: string, { graph, pixels, outputs }: ExportedModel, job: ExportJob): void {
  mkdirSync(path.join(folder, 'assets'), { recursive: true })
  writeAtomically(path.join(folder, 'assets', 'model.json'), `${JSON.stringify(metadataOf(job), undefined, 2)}\n`)
  writeAtomically(path.join(folder, 'saved_model.pb'), encodeSavedModel(graph, tag, { inputs: new Map([['pixels', pixels]]), outputs }))
}

function writeOnnx(file: string, { pixels, outputs }: ExportedModel, job: ExportJob): void {
  // A temporary file already, which is flushed when it is moved.
  writeFileSync(file, encodeOnnx(translate(pixels, outputs, metadataOf(job))), { flag: 'wx' })
}

interface Runner {
  readonly run: RunModel
  close(): Promise<void> | void
}

function runnerOfSavedModel(binding: Binding, folder: string, { pixels, outputs }: ExportedModel): Runner {
  const session = openSavedModel(binding, folder, tag)
  return {
    run(batch) {
      const results = session.run([[pixels, batch]], [...outputs.values()])
      return Promise.resolve(new Map([...outputs.keys()].map((name, n) => [name, results[n] as Float32Array])))
    },
    close: () => session.close(),
  }
}

async function runnerOfOnnx(file: string, { config: { imageSize } }: ExportJob): Promise<Runner> {
  const { run, close } = await openOnnx(readFileSync(file))
  return { run: (batch, images) => run(batch, [images, imageSize, imageSize, 3]), close }
}

function written(job: ExportJob, action: () => void): void {
  try {
    action()
  } catch (error) {
    throw error instanceof Failure ? error : asWriteFailure('The model', job.file, error)
  }
}

/** TensorFlow's native addon: the one place that loads it. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { Failure } from '../../../shared/failure.ts'
import { resourcesFolder } from '../../packaged.ts'

/** The addon's functions that sessions use; ids stand for tensors and sessions that live on its side. */
export interface Binding {
  readonly TF_Version: string
  isUsingGpuDevice(): boolean
  loadSavedModel(folder: string, tags: string): number
  deleteSavedModel(session: number): void
  runSavedModel(session: number, tensors: readonly number[], inputNames: string, outputNames: string): { id: number; shape: number[]; dtype: number }[]
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array | Uint8Array): number
  deleteTensor(tensor: number): void
  tensorDataSync(tensor: number): Float32Array | Int32Array | Uint8Array
  getNumOfTensors(): number
}

export type DeviceChoice = 'auto' | 'cpu' | 'gpu'

let loaded: { readonly binding: Binding; readonly device: DeviceChoice } | undefined

/**
 * Loads TensorFlow, once in a process; which devices it sees is settled by the first call.
 * @throws Failure `runtime-missing` where it cannot be loaded, or has no GPU and one was asked for
 */
export function loadTensorFlow(device: DeviceChoice): Binding {
  if (loaded) {
    if (loaded.device === 'cpu' && device === 'gpu') throw new Failure('invalid-input', 'This process was started for the CPU; a run on the GPU needs a process of its own.')
  } else {
    setEnvironment(device)
    loaded = { binding: requireBinding(), device }
  }
  const { binding } = loaded
  if (device === 'gpu' && !binding.isUsingGpuDevice()) throw new Failure('runtime-missing', `A GPU was asked for, but TensorFlow ${binding.TF_Version} found none: ${whatIsMissing()} Or choose the CPU.`)
  return binding
}

/** What keeps TensorFlow from a GPU, as far as it can be told from outside. */
function whatIsMissing(): string {
  if (process.platform === 'darwin') return 'on macOS it has no GPU support.'
  if (process.platform === 'linux' && !existsSync('/proc/driver/nvidia/version')) return 'no NVIDIA driver is loaded. Install one for an NVIDIA GPU, then try again.'
  return 'its CUDA libraries could not be loaded, or it is the build for the CPU. Run npm run setup again on the machine with the GPU.'
}

/** TensorFlow reads these once, when it is loaded. What the person has set stays. */
function setEnvironment(device: DeviceChoice): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true'
  // By itself TensorFlow leaves oneDNN off on processors without AVX-512, where it is the faster one as well, and the only
  // one that trains grouped convolutions.
  process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1'
  // A resumed run must come to the same bits; on a GPU the faster kernels add up in any order. 0 chooses those.
  process.env['TF_DETERMINISTIC_OPS'] ??= '1'
  if (device === 'cpu') process.env['CUDA_VISIBLE_DEVICES'] = ''
}

function requireBinding(): Binding {
  try {
    return createRequire(import.meta.url)(addonFile()) as Binding
  } catch (error) {
    throw new Failure('runtime-missing', `TensorFlow could not be loaded: ${error instanceof Error ? error.message : String(error)}. ${resourcesFolder() ? 'Install the program again.' : 'Run npm run setup again.'}`)
  }
}

/** Only the npm package's addon is of use here: its own JavaScript would double the time to load, and take 46 MB. */
function addonFile(): string {
  const resources = resourcesFolder()
  const home = resources ? path.join(resources, 'tensorflow') : path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json'))
  return path.join(home, 'lib', 'napi-v8', 'tfjs_binding.node')
}

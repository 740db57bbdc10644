import { headChoices, labelOf } from '../../shared/choices.ts'
import type { ExportFormat, Verified } from '../../shared/contract/runs.ts'
import { useNumberFormat } from '../composables/useNumberFormat.ts'
import { imagesOf } from './counts.ts'
import { train } from './train.ts'

const { counted } = useNumberFormat()

/** How near a model that was written is to the run that it was written from. */
function checked({ images, flips, largestDifference }: Verified): string {
  const guesses = flips === 0 ? `The same answers on all ${imagesOf(images)}` : `${counted(flips, 'first guess differs', 'first guesses differ')} on ${imagesOf(images)}`
  const numbers = largestDifference === 0 ? 'their numbers (logits) are the same to the last digit' : `their numbers (logits) differ by ${largestDifference.toExponential(0)} at most`
  return `${guesses} of the run that it was checked on; ${numbers}.`
}

/** What is made of a finished run: another one on top of it, or a file; and a run out of a file. */
export const onward = {
  title: 'Next steps on this run',
  means: 'Each makes a run of its own; this one stays as it is.',
  make: 'Make',
  makeWhat: (what: string) => `Make: ${what}`,
  goesOn: (runId: number) => `Run ${runId} is going on; one run trains at a time.`,

  linearInTrain: `In Train it is ${train.network.head}: ${labelOf(headChoices, 'linear')}, under ${train.advanced}.`,

  derive: {
    title: (what: string, runId: number) => `${what} on run ${runId}`,
    epochs: 'Epochs',
    epochsHint: 'Passes over as many images as there are; every class is shown equally often',
    batch: 'Batch size',
    batchHint: 'Images in a step',
    rate: 'Learning rate',
    rateHint: 'At the start; it falls to 0 along a cosine',
    seed: 'Seed',
    seedHint: 'Another seed draws the images in another order',
    tau: 'Tau',
    tauHint: '0 changes nothing, 1 makes all weights equally long; values from 0.5 to 1 are usual',
    fewSteps: (steps: number) => `That is ${steps === 1 ? 'a single step' : `${steps} steps`} in all, which teaches little: more epochs, or a smaller batch, give more of them.`,
    start: 'Start',
    make: 'Make it',
  },

  export: {
    title: (runId: number) => `Export run ${runId}`,
    format: 'Format',
    formats: {
      safetensors: { name: 'Weights for PyTorch', meaning: 'One safetensors file with the names that the authors of RIDE use, so that their code loads it.' },
      onnx: { name: 'ONNX model', meaning: 'One file that takes pixels and gives logits, preprocessing inside: for ONNX Runtime and what reads ONNX.' },
      savedmodel: { name: 'TensorFlow SavedModel', meaning: 'A folder that takes pixels and gives logits, preprocessing inside: for TensorFlow and TensorFlow Serving.' },
    } satisfies Record<ExportFormat, unknown>,
    verified: 'Before it is called done, it answers the run’s validation images, and every first guess must be the same.',
    start: 'Export',
    written: ({ file, tensors, verified }: { readonly file: string; readonly tensors: number; readonly verified: Verified | null }) =>
      verified ? `Written to ${file}. ${checked(verified)}` : `${counted(tensors, 'tensor')} written to ${file}.`,
  },

  /** Where a report or a model goes. */
  write: {
    file: 'File',
    folder: 'Folder',
    hint: (ending: string) => `An absolute path that ends in ${ending}`,
    choose: 'Where it is written',
    needed: 'A place is expected: choose a folder, or type a path.',
    replace: 'Replace what is there already',
    reveal: 'Show in folder',
    done: 'Done',
  },

  weights: {
    title: 'Import weights',
    means: 'A safetensors or .pth file with the names that the authors of RIDE use becomes a run: it is scored, and can be looked at, routed and exported like any other.',
    file: 'File',
    fileHint: 'An absolute path that ends in .safetensors or .pth',
    fileMissing: 'A file is expected: choose its folder, or type where the weights lie.',
    choose: 'Where the weights lie',
    order: 'Order of the classes',
    orderHint: 'Where the file names its classes, their names count and not this',
    orders: { name: 'By name, as folders are listed', frequency: 'By falling number of training images' },
    start: 'Import',
  },
}

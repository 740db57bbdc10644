/** The formats that a run can be written in, where it goes, and what is said once it is there. */
import type { ExportFormat, Verified } from '../../../shared/contract/runs.ts'
import type { Choice } from './choices.ts'

export const formatChoices: readonly (Choice<ExportFormat> & { readonly ending: string })[] = [
  { value: 'safetensors', label: 'Weights for PyTorch', ending: '.safetensors', meaning: 'One safetensors file with the names that the authors of RIDE use, so that their code loads it.' },
  { value: 'onnx', label: 'ONNX model', ending: '.onnx', meaning: 'One file that takes pixels and gives logits, preprocessing inside: for ONNX Runtime and what reads ONNX.' },
  { value: 'savedmodel', label: 'TensorFlow SavedModel', ending: '.savedmodel', meaning: 'A folder that takes pixels and gives logits, preprocessing inside: for TensorFlow and TensorFlow Serving.' },
]

const formatOf = (format: ExportFormat) => formatChoices.find(({ value }) => value === format)!

/** Where a run goes where nobody says otherwise. */
export function usualPlace(folder: string, runId: number, format: ExportFormat): string {
  return `${folder}${folder.includes('\\') ? '\\' : '/'}run-${runId}${formatOf(format).ending}`
}

/** The same place with the ending of another format, unless the person gave it an ending of their own. */
export function withEnding(place: string, before: ExportFormat, now: ExportFormat): string {
  const old = formatOf(before).ending
  return place.endsWith(old) ? place.slice(0, -old.length) + formatOf(now).ending : place
}

/** What is said once it is written. */
export function writtenSentence({ file, tensors, verified }: { readonly file: string; readonly tensors: number; readonly verified: Verified | null }): string {
  if (!verified) return `${tensors.toLocaleString('en')} ${tensors === 1 ? 'tensor' : 'tensors'} written to ${file}.`
  return `Written to ${file}. ${verifiedSentence(verified)}`
}

function verifiedSentence({ images, flips, largestDifference }: Verified): string {
  const of = `${images.toLocaleString('en')} ${images === 1 ? 'image' : 'images'}`
  const guesses = flips === 0 ? `The same answers on all ${of}` : `${flips.toLocaleString('en')} first ${flips === 1 ? 'guess differs' : 'guesses differ'} on ${of}`
  const numbers = largestDifference === 0 ? 'their numbers (logits) are the same to the last digit' : `their numbers (logits) differ by ${largestDifference.toExponential(0)} at most`
  return `${guesses} of the run that it was checked on; ${numbers}.`
}

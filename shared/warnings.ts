/** What a person should know before a run is started, in plain words: what, why, and what to do. */
import type { Devices } from './contract/app.ts'
import type { Tail } from './contract/classes.ts'
import type { Run } from './contract/runs.ts'
import type { RunConfig } from './recipe.ts'
import { blocking, plain, type Warning } from './warningsKinds.ts'
import { choiceWarnings } from './warningsOfChoices.ts'
import { costWarnings } from './warningsOfCost.ts'

/** Fewer steps than this in an epoch teach little each time that all images are shown. */
const fewSteps = 20

/** Of fewer images the mean and the deviation say little. */
const smallestBatch = 8

/** At most this many names, the rest as a number. */
const namesShown = 3

/**
 * The most serious first: what cannot be trained here at all, then what may break off or take for ever, then what is learnt badly.
 * @param tail null while it is being asked for: nothing is said about images then
 * @param devices null while unknown
 * @param runs of the project, newest first
 */
export function warningsOf(config: RunConfig, tail: Tail | null, devices: Devices | null, runs: readonly Run[]): Warning[] {
  const ofImages = tail ? imageWarnings(config, tail) : []
  if (ofImages.some((warning) => warning.blocks)) return [...ofImages, ...deviceWarnings(config, devices)]
  return [...deviceWarnings(config, devices), ...costWarnings(config, tail, devices, runs), ...ofImages, ...choiceWarnings(config, tail, runs)]
}

function imageWarnings(config: RunConfig, tail: Tail): Warning[] {
  const trained = tail.classes.filter((one) => one.train > 0)
  const untrained = tail.classes.filter((one) => one.train === 0)
  if (tail.splits.train === 0) return [blocking('This project has no training images yet. Add a folder of labelled images first.')]
  if (trained.length < 2) return [blocking('Training needs at least two classes with training images; this project has one. Add a second class first.')]
  const steps = Math.ceil(tail.splits.train / config.batchSize)
  return [
    ...(untrained.length > 0 ? [plain(`${named(untrained.map((one) => one.name))} ${untrained.length === 1 ? 'has' : 'have'} no training image and cannot be learned.`)] : []),
    ...(tail.splits.val === 0 ? [plain('There are no validation images: accuracy cannot be measured, and there will be no confusions to look at.')] : []),
    ...(steps < fewSteps
      ? [{ ...plain(`${tail.splits.train.toLocaleString('en')} training images make ${steps === 1 ? 'a single step' : `${steps} steps`} an epoch. Learning takes many steps: ${config.batchSize > smallestBatch ? 'a smaller batch, or more epochs, give' : 'more epochs give'} more of them.`), ...smallerBatch(config, tail.splits.train) }]
      : []),
  ]
}

/** The largest power of two that makes steps enough; none below what batch norm needs to tell images from noise. */
function smallerBatch({ batchSize }: RunConfig, images: number): Pick<Warning, 'remedy'> {
  // An epoch's last step takes what is left: there are enough of them as soon as one fewer does not take all images.
  const largest = Math.ceil(images / (fewSteps - 1)) - 1
  const wanted = Math.max(smallestBatch, 2 ** Math.floor(Math.log2(largest)))
  return wanted < batchSize ? { remedy: { batchSize: wanted } } : {}
}

function deviceWarnings({ device }: RunConfig, devices: Devices | null): Warning[] {
  if (!devices || device !== 'gpu' || devices.devices.some(({ kind }) => kind === 'gpu')) return []
  return [blocking('A GPU is asked for, but TensorFlow finds none on this machine. Choose the CPU, or let the device be chosen (auto).')]
}

/** Fields whose text is no number that they take. */
export const faultsOf = (faults: ReadonlyMap<string, string>): Warning[] => [...faults].map(([label, fault]) => blocking(`${label}: ${fault.charAt(0).toLowerCase()}${fault.slice(1)}`))

function named(names: readonly string[]): string {
  const shown = names.slice(0, namesShown)
  const more = names.length - shown.length
  const list = more > 0 ? `${shown.join(', ')} and ${more.toLocaleString('en')} more` : shown.join(' and ')
  return `${names.length === 1 ? 'The class' : 'The classes'} ${list}`
}

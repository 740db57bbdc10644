/** Choices that may ask more of the images or of the machine than they have. */
import type { Devices } from './contract/app.ts'
import type { Tail } from './contract/classes.ts'
import type { Run } from './contract/runs.ts'
import { expectedMemoryBytes, expectedSeconds, gigabytes, macsPerStep, millionsOf, speedReference, type Learning } from './expected.ts'
import { backboneNames } from './names.ts'
import type { RunConfig } from './recipe.ts'
import { plain, type Warning } from './warningsKinds.ts'
import { durationWords } from './words.ts'

/** From fewer, a network of the ImageNet types learns its images by heart when it starts from nothing. */
const manyImages = 20_000

/** Of a machine whose memory is not known. */
const muchMemoryBytes = 16e9

const longSeconds = 2 * 24 * 3600

/** What a desktop's CPU computes at best in training, in multiply-accumulates a second, as long as no run has shown it. */
const cpuMacsPerSecond = 1e11

export function costWarnings(config: RunConfig, tail: Tail | null, devices: Devices | null, runs: readonly Run[]): Warning[] {
  if (!tail) return []
  const classes = Math.max(2, tail.classes.filter((one) => one.train > 0).length)
  const trainImages = tail.splits.train
  return [...muchMemory(config, classes, devices), ...longOnCpu(config, { classes, trainImages, runs }, devices), ...fewImages(config, classes, trainImages)]
}

function fewImages(config: RunConfig, classes: number, trainImages: number): Warning[] {
  if (config.backbone === 'resnet32' || config.trunkFile !== null || trainImages >= manyImages) return []
  return [plain(`${backboneNames[config.backbone]} has ${millionsOf(config, classes)} M parameters to learn from ${trainImages.toLocaleString('en')} images: from nothing, it learns them by heart. Start from a weights file, or choose ResNet-32.`)]
}

function muchMemory(config: RunConfig, classes: number, devices: Devices | null): Warning[] {
  const gpu = config.device === 'cpu' ? undefined : devices?.devices.find(({ kind }) => kind === 'gpu')
  const device = gpu ?? devices?.devices.find(({ kind }) => kind === 'cpu')
  const there = device?.memoryBytes ?? null
  const expected = expectedMemoryBytes(config, classes)
  if (expected <= (there ?? muchMemoryBytes)) return []
  const against = there === null ? '' : ` of ${gpu ? 'the GPU’s' : 'this machine’s'} ${gigabytes(there)}`
  return [plain(`A step of ${config.batchSize} images needs about ${gigabytes(expected)}${against}, roughly estimated. Let it go through in parts, or choose fewer images a step, smaller images or fewer experts.`)]
}

function longOnCpu(config: RunConfig, project: Learning & { readonly runs: readonly Run[] }, devices: Devices | null): Warning[] {
  const onCpu = config.device === 'cpu' || (devices !== null && !devices.devices.some(({ kind }) => kind === 'gpu'))
  if (!onCpu) return []
  const reference = speedReference(project.runs, config)
  const seconds = reference
    ? expectedSeconds(config, reference, project)
    : (config.epochs * project.trainImages * macsPerStep(config, project.classes, project.runs)) / cpuMacsPerSecond
  if (seconds < longSeconds) return []
  const days = Math.round(seconds / 86_400)
  return [plain(`On the CPU this takes about ${days > 9 ? `${days.toLocaleString('en')} days` : durationWords(seconds)}, ${reference ? `judging by the speed of run ${reference.id}` : 'at a rough guess'}. Choose ResNet-32, smaller images or fewer epochs, or train on a machine with a GPU.`)]
}

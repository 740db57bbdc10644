/** What a run is expected to cost: parameters, time and memory. */
import { shapeOfBackbone, type BackboneShape, type Stage } from './backbones.ts'
import type { Run } from './contract/runs.ts'
import { costOf } from './cost.ts'
import type { RunConfig } from './recipe.ts'

type Network = Pick<RunConfig, 'backbone' | 'experts' | 'widths' | 'sharedLayer3' | 'head' | 'imageSize'>

/** "0.78", "23.5" */
export const millionsOf = (network: Network, classes: number): string => millions(costOf(network, classes).parameters)

/** As `millionsOf`, of a number that is known. */
export const millions = (parameters: number): string => (parameters / 1e6).toFixed(parameters < 1e7 ? 2 : 1)

type Measured = Pick<Run, 'id' | 'config' | 'classes'> & { readonly imagesPerSecond: number }

/**
 * The newest run whose speed tells something of the next: trained as experts on the kind of device that is asked for,
 * rather with the same backbone, since others reach another share of what a device can do.
 */
export function speedReference(runs: readonly Run[], { backbone, device }: Pick<RunConfig, 'backbone' | 'device'>): Measured | null {
  const measured = runs.filter(
    (run): run is Run & Measured => run.config.stage === 'experts' && run.imagesPerSecond !== null && run.imagesPerSecond > 0 && (run.config.device === device || run.config.device === 'auto' || device === 'auto'),
  )
  return measured.find((run) => run.config.backbone === backbone) ?? measured[0] ?? null
}

export interface Learning {
  readonly classes: number
  readonly trainImages: number
  /** Among which a teacher is found. */
  readonly runs: readonly Pick<Run, 'id' | 'config' | 'classes'>[]
}

/** A step goes forward once and costs twice that on the way back. */
const passesPerStep = 3

/** Multiply-accumulates of an image in a training step; a teacher answers it too, and goes forward alone. */
export function macsPerStep(config: RunConfig, classes: number, runs: Learning['runs']): number {
  const teacher = runs.find(({ id }) => id === config.teacherRun)
  return passesPerStep * totalMacs(config, classes) + (teacher ? totalMacs(teacher.config, teacher.classes) : 0)
}

/**
 * Seconds that training may take, from a run that was measured on the same machine; images a second fall as the
 * multiply-accumulates rise.
 */
export function expectedSeconds(config: RunConfig, measured: Omit<Measured, 'id'>, project: Learning): number {
  const work = macsPerStep(config, project.classes, project.runs) / macsPerStep(measured.config, measured.classes, project.runs)
  return (config.epochs * project.trainImages * work) / measured.imagesPerSecond
}

/** Multiply-accumulates of one forward pass of one image. */
export function totalMacs(network: Network, classes: number): number {
  const { trunkMacs, expertMacs } = costOf(network, classes)
  return trunkMacs + network.experts * expertMacs
}

const bytesPerNumber = 4
/** A weight, its gradient and its momentum. */
const numbersPerParameter = 3
/** What a convolution leaves for the way back: its output, the normalised one, the one after ReLU. */
const numbersPerOutput = 3
/** TensorFlow itself, its kernels' scratch space and the images waiting in line. */
const programBytes = 7e8

/** About how much memory a training step takes at most; a third off in the worst of the cases that were measured. */
export function expectedMemoryBytes(config: RunConfig, classes: number): number {
  const imagesAtOnce = Math.ceil(config.batchSize / config.accumulate)
  const kept = imagesAtOnce * numbersPerOutput * outputsOf(shapeOfBackbone(config), config.experts, config.imageSize)
  return programBytes + bytesPerNumber * (numbersPerParameter * costOf(config, classes).parameters + kept)
}

/** Numbers that all convolutions give for one image. */
function outputsOf(shape: BackboneShape, experts: number, imageSize: number): number {
  let size = imageSize / shape.stem.stride
  const stem = shape.stem.channels * size ** 2
  if (shape.stem.pooled) size /= 2
  const outputs = (stage: Stage): number => {
    const before = size
    size /= stage.stride
    const perBlock = shape.block === 'basic' ? 2 * stage.out : 2 * stage.inner + stage.out
    // A bottleneck's first 1 x 1 still sees what the stage was given, before the stride.
    const first = shape.block === 'basic' ? 0 : stage.inner * (before ** 2 - size ** 2)
    return stage.blocks * perBlock * size ** 2 + first
  }
  const sum = (stages: readonly Stage[]): number => stages.reduce((total, stage) => total + outputs(stage), 0)
  return stem + sum(shape.trunk) + experts * sum(shape.expert)
}

/** Of an estimate: "1.2 GB", "54 GB". */
export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`

/** What a choice of experts costs, before anything is trained. */
import type { RunConfig } from './recipe.ts'
import { blocksPerStage, expertChannels, trunkChannels } from './resnet32.ts'

export interface ModelCost {
  /** Trainable numbers: convolutions, batch-norm scales and offsets, classifier. */
  readonly parameters: number
  /** Multiply-accumulates of one forward pass of one image: the shared trunk, and each expert. */
  readonly trunkMacs: number
  readonly expertMacs: number
}

/** Counts of a ResNet-32 with experts: 3 x 3 convolutions in five basic blocks a stage, option A shortcuts. */
export function costOf(choice: Pick<RunConfig, 'experts' | 'widths' | 'head' | 'imageSize'>, classes: number): ModelCost {
  const [middle, last] = expertChannels[choice.widths]
  const full = choice.imageSize
  const half = Math.ceil(full / 2)
  const quarter = Math.ceil(half / 2)

  const trunk = add(convolution(3, trunkChannels, full), stage(trunkChannels, trunkChannels, full))
  const head = { parameters: last * classes + (choice.head === 'linear' ? classes : 0), macs: last * classes }
  const expert = add(stage(trunkChannels, middle, half), stage(middle, last, quarter), head)
  return { parameters: trunk.parameters + choice.experts * expert.parameters, trunkMacs: trunk.macs, expertMacs: expert.macs }
}

/** How many times the time of a single expert a training step takes, from the multiply-accumulates. */
export function timesOfOneExpert(choice: Pick<RunConfig, 'experts' | 'widths' | 'head' | 'imageSize'>, classes: number): number {
  const { trunkMacs, expertMacs } = costOf(choice, classes)
  return (trunkMacs + choice.experts * expertMacs) / (trunkMacs + expertMacs)
}

interface Count {
  readonly parameters: number
  readonly macs: number
}

/** A 3 x 3 convolution with its batch norm, at the size of its output. */
function convolution(inside: number, out: number, size: number): Count {
  const weights = 9 * inside * out
  return { parameters: weights + 2 * out, macs: weights * size * size }
}

function stage(inside: number, out: number, size: number): Count {
  const inner = convolution(out, out, size)
  return add(convolution(inside, out, size), ...new Array<Count>(2 * blocksPerStage - 1).fill(inner))
}

function add(...counts: readonly Count[]): Count {
  return {
    parameters: counts.reduce((sum, count) => sum + count.parameters, 0),
    macs: counts.reduce((sum, count) => sum + count.macs, 0),
  }
}

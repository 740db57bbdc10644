/** What a choice of experts costs, before anything is trained. */
import { featureWidth, shapeOfBackbone, type BackboneShape, type Stage } from './backbones.ts'
import { usualTopLogits, type RunConfig } from './recipe.ts'
import { routerHiddenUnits } from './routing.ts'

export interface ModelCost {
  /** Trainable numbers: convolutions, batch-norm scales and offsets, classifiers; without a router's. */
  readonly parameters: number
  /** Multiply-accumulates of one forward pass of one image: the shared trunk, and each expert with its classifier. */
  readonly trunkMacs: number
  readonly expertMacs: number
  /** Of one decision of a router: whether to ask the next expert. */
  readonly routerMacs: number
  /** Trainable numbers of the whole router. */
  readonly routerParameters: number
}

export type CostChoice = Pick<RunConfig, 'backbone' | 'experts' | 'widths' | 'sharedLayer3' | 'head' | 'imageSize'> & Partial<Pick<RunConfig, 'routerTopLogits'>>

/** Counts convolutions and matrix products; what is done to each number alone, such as batch norm, costs next to nothing. */
export function costOf(choice: CostChoice, classes: number): ModelCost {
  const shape = shapeOfBackbone(choice)
  const trunk = stages(shape, shape.trunk, stem(shape, choice.imageSize))
  const expert = stages(shape, shape.expert, { ...trunk, parameters: 0, macs: 0 })
  const features = featureWidth(shape)
  const head = features * classes
  const bias = choice.head === 'linear' ? classes : 0
  const seen = Math.min(choice.routerTopLogits ?? usualTopLogits, classes)
  return {
    parameters: trunk.parameters + choice.experts * (expert.parameters + head + bias),
    trunkMacs: trunk.macs,
    expertMacs: expert.macs + head,
    routerMacs: features * routerHiddenUnits + (routerHiddenUnits + seen),
    routerParameters: (choice.experts - 1) * (features * routerHiddenUnits + routerHiddenUnits) + (routerHiddenUnits + seen) + 1,
  }
}

/** How many times the time of a single expert a training step takes, from the multiply-accumulates. */
export function timesOfOneExpert(choice: CostChoice, classes: number): number {
  const { trunkMacs, expertMacs } = costOf(choice, classes)
  return (trunkMacs + choice.experts * expertMacs) / (trunkMacs + expertMacs)
}

/** What it took to come to a place in the network, and the size and channels of the image there. */
interface Count {
  readonly parameters: number
  readonly macs: number
  readonly size: number
  readonly channels: number
}

interface Convolution {
  readonly kernel: number
  readonly out: number
  readonly stride: number
  readonly groups?: number
}

/** A convolution with its batch norm. */
function convolution(before: Count, { kernel, out, stride, groups = 1 }: Convolution): Count {
  const size = Math.ceil(before.size / stride)
  const weights = (kernel * kernel * before.channels * out) / groups
  return { parameters: before.parameters + weights + 2 * out, macs: before.macs + weights * size * size, size, channels: out }
}

function stem({ stem: { kernel, channels, stride, pooled } }: BackboneShape, imageSize: number): Count {
  const count = convolution({ parameters: 0, macs: 0, size: imageSize, channels: 3 }, { kernel, out: channels, stride })
  return pooled ? { ...count, size: Math.ceil(count.size / 2) } : count
}

function stages(shape: BackboneShape, all: readonly Stage[], before: Count): Count {
  let count = before
  for (const stage of all) {
    for (let b = 0; b < stage.blocks; b++) count = block(shape, stage, b === 0 ? stage.stride : 1, count)
  }
  return count
}

function block(shape: BackboneShape, { inner, out }: Stage, stride: number, before: Count): Count {
  const convolutions: readonly Convolution[] =
    shape.block === 'basic'
      ? [{ kernel: 3, out: inner, stride }, { kernel: 3, out, stride: 1 }]
      : [{ kernel: 1, out: inner, stride: 1 }, { kernel: 3, out: inner, stride, groups: shape.groups }, { kernel: 1, out, stride: 1 }]
  const after = convolutions.reduce(convolution, before)
  if (shape.shortcut === 'pad' || (stride === 1 && before.channels === out)) return after
  const shortcut = convolution({ ...before, parameters: 0, macs: 0 }, { kernel: 1, out, stride })
  return { ...after, parameters: after.parameters + shortcut.parameters, macs: after.macs + shortcut.macs }
}

/** The shape of each backbone with RIDE's experts: what networks are built from, what is counted, what is drawn. */
import type { Backbone, RunConfig } from './recipe.ts'

/** The first layers: a convolution with batch norm and ReLU, then perhaps a 3 x 3 max pool of stride 2. */
export interface Stem {
  readonly kernel: number
  readonly channels: number
  readonly stride: number
  readonly pooled: boolean
}

/** Residual blocks one after another, the first of them with the stage's stride. */
export interface Stage {
  /** As the authors call it: `layer3`. An expert's own is `layer3s.0`, `layer3s.1`, ... */
  readonly name: string
  readonly blocks: number
  readonly stride: number
  /** Channels between a block's convolutions. */
  readonly inner: number
  /** Channels that a block gives. */
  readonly out: number
}

export interface BackboneShape {
  readonly stem: Stem
  /** `basic`: two 3 x 3 convolutions. `bottleneck`: 1 x 1, 3 x 3 with the stride, 1 x 1. */
  readonly block: 'basic' | 'bottleneck'
  /** Groups of the bottleneck's 3 x 3 convolution: ResNeXt's cardinality. */
  readonly groups: number
  /** Where the shape changes. `pad`: every second row and column, new channels zero (option A of He et al. 2016). `projection`: a 1 x 1 convolution with batch norm. */
  readonly shortcut: 'pad' | 'projection'
  /** What all experts share. */
  readonly trunk: readonly Stage[]
  /** What each expert has to itself. */
  readonly expert: readonly Stage[]
}

type Choice = Pick<RunConfig, 'backbone' | 'widths' | 'sharedLayer3'>

export function shapeOfBackbone({ backbone, widths, sharedLayer3 }: Choice): BackboneShape {
  const { stages, shared, ...kind } = kinds[backbone]
  const all = stages.map((stage, n): Stage => {
    const planes = widths === 'reduced' && n >= shared ? reduced(stage.planes) : stage.planes
    return { name: `layer${n + 1}`, blocks: stage.blocks, stride: n === 0 ? 1 : 2, inner: innerChannels(kind, planes), out: kind.block === 'basic' ? planes : expansion * planes }
  })
  // A layer3 that is shared keeps the width that the experts would have had: so it does in the authors' code.
  const end = sharedLayer3 && all.length === 4 ? shared + 1 : shared
  return { ...kind, trunk: all.slice(0, end), expert: all.slice(end) }
}

/** Channels of the features that an expert's classifier sees. */
export function featureWidth(shape: BackboneShape): number {
  return shape.expert.at(-1)!.out
}

/** What a kind of backbone is before its widths are chosen; `planes` are the channels that its paper counts by. */
interface Kind extends Pick<BackboneShape, 'stem' | 'block' | 'groups' | 'shortcut'> {
  readonly stages: readonly { readonly blocks: number; readonly planes: number }[]
  /** How many of the stages the experts share. */
  readonly shared: number
}

/** RIDE narrows the experts' stages to three quarters. */
const reduced = (planes: number): number => (planes * 3) / 4

/** Of a bottleneck, what it gives over what its paper counts by. */
const expansion = 4
/** Channels of each of ResNeXt's groups, where the paper's count is 64. */
const groupChannels = 4

function innerChannels({ block, groups }: Pick<Kind, 'block' | 'groups'>, planes: number): number {
  return block === 'basic' || groups === 1 ? planes : (groups * groupChannels * planes) / 64
}

const stagesOf = (blocks: readonly number[], planes: number): Kind['stages'] => blocks.map((count, n) => ({ blocks: count, planes: planes * 2 ** n }))

const imagenetStem: Stem = { kernel: 7, channels: 64, stride: 2, pooled: true }

const kinds: Readonly<Record<Backbone, Kind>> = {
  // He et al. 2016, section 4.2
  resnet32: { stem: { kernel: 3, channels: 16, stride: 1, pooled: false }, block: 'basic', groups: 1, shortcut: 'pad', stages: stagesOf([5, 5, 5], 16), shared: 1 },
  resnet10: { stem: imagenetStem, block: 'basic', groups: 1, shortcut: 'projection', stages: stagesOf([1, 1, 1, 1], 64), shared: 2 },
  resnet50: { stem: imagenetStem, block: 'bottleneck', groups: 1, shortcut: 'projection', stages: stagesOf([3, 4, 6, 3], 64), shared: 2 },
  // Xie et al. 2017, 32 x 4d
  resnext50: { stem: imagenetStem, block: 'bottleneck', groups: 32, shortcut: 'projection', stages: stagesOf([3, 4, 6, 3], 64), shared: 2 },
}

/**
 * Where everything stands in the picture of trunk and branches: the image and the shared trunk on the left, one branch
 * for each expert, their mean on the right. Units are those of the SVG's view box.
 */
import { featureWidth, shapeOfBackbone, type Stage } from '../../../shared/backbones.ts'
import type { RunConfig } from '../../../shared/recipe.ts'

export interface Bar {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

interface Branch {
  /** Counted from 1, as people count. */
  readonly expert: number
  readonly y: number
  /** One bar for each residual block of the expert's stages; taller means more channels. */
  readonly blocks: readonly Bar[]
  /** The track along which the expert's accuracy is drawn. */
  readonly meter: Bar
  /** From the trunk to the first block, and from the meter to the mean. */
  readonly pathIn: string
  readonly pathOut: string
}

export interface BranchPicture {
  readonly width: number
  readonly height: number
  readonly image: Bar
  readonly trunk: readonly Bar[]
  readonly trunkMiddle: number
  readonly branches: readonly Branch[]
  readonly mean: { readonly x: number; readonly y: number; readonly radius: number }
  /** Where a router decides, between an expert and the next: on a line from the first expert's answer to the last one's. */
  readonly gates: { readonly x: number; readonly top: number; readonly bottom: number; readonly ys: readonly number[] }
  /** From the image to the trunk. */
  readonly pathStart: string
}

const width = 680
const margin = 16
const barWidth = 6
const barPitch = 10
const stageGap = 10
const imageSize = 44
const meterWidth = 132
const meterHeight = 6
const meanRadius = 30

/** The height of a branch's lane: eight experts stay legible, few experts do not drift apart. */
const laneHeight = (experts: number): number => Math.max(44, Math.min(76, 340 / experts))

export function branchPicture(network: Pick<RunConfig, 'backbone' | 'experts' | 'widths' | 'sharedLayer3'>): BranchPicture {
  const { experts } = network
  const shape = shapeOfBackbone(network)
  const lane = laneHeight(experts)
  const height = Math.max(200, experts * lane + 2 * margin)
  const middle = height / 2
  const tallest = Math.min(48, lane - 14)
  // Heights go with the channels, from a floor that keeps the narrowest in sight up to the full width of the last stage.
  const widest = featureWidth(shapeOfBackbone({ ...network, widths: 'full' }))
  const barHeight = (channels: number): number => Math.round((tallest * (channels + widest / 4)) / (widest + widest / 4))
  const blocks = (x: number, y: number, stages: readonly Stage[]): Bar[] =>
    stages.flatMap((stage, n) => {
      const start = x + lengthOf(stages.slice(0, n)) + (n > 0 ? stageGap : 0)
      return Array.from({ length: stage.blocks }, (_, block) => bar(start + block * barPitch, y, barWidth, barHeight(stage.out)))
    })

  const trunkX = margin + imageSize + 28
  const trunkEnd = trunkX + lengthOf(shape.trunk)
  const branchX = trunkEnd + 84
  const meterX = branchX + lengthOf(shape.expert) + 20
  const mean = { x: width - margin - meanRadius, y: middle, radius: meanRadius }

  const branches = Array.from({ length: experts }, (_, n): Branch => {
    const y = middle + (n - (experts - 1) / 2) * lane
    return {
      expert: n + 1,
      y,
      blocks: blocks(branchX, y, shape.expert),
      meter: bar(meterX, y, meterWidth, meterHeight),
      pathIn: bend(trunkEnd + 6, middle, branchX - 6, y),
      pathOut: bend(meterX + meterWidth + 6, y, mean.x - mean.radius - 4, middle),
    }
  })

  return {
    width,
    height,
    image: bar(margin, middle, imageSize, imageSize),
    trunk: blocks(trunkX, middle, shape.trunk),
    trunkMiddle: (trunkX + trunkEnd) / 2,
    branches,
    mean,
    gates: { x: meterX + meterWidth + 18, top: branches[0]!.y, bottom: branches.at(-1)!.y, ys: branches.slice(1).map(({ y }) => y - lane / 2) },
    pathStart: bend(margin + imageSize + 6, middle, trunkX - 6, middle),
  }
}

/** Of the bars of stages beside each other. */
function lengthOf(stages: readonly Stage[]): number {
  const bars = stages.reduce((total, { blocks }) => total + blocks * barPitch - (barPitch - barWidth), 0)
  return bars + Math.max(0, stages.length - 1) * stageGap
}

/** A bar centred on y. */
function bar(x: number, y: number, barsWidth: number, barsHeight: number): Bar {
  return { x, y: y - barsHeight / 2, width: barsWidth, height: barsHeight }
}

/** A curve that leaves and arrives horizontally. */
function bend(x1: number, y1: number, x2: number, y2: number): string {
  const half = (x1 + x2) / 2
  return `M ${x1} ${y1} C ${half} ${y1}, ${half} ${y2}, ${x2} ${y2}`
}

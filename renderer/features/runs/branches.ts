/**
 * Where everything stands in the picture of trunk and branches: the image and the shared trunk on the left, one branch
 * for each expert, their mean on the right. Units are those of the SVG's view box.
 */
import { blocksPerStage, expertChannels, trunkChannels } from '../../../shared/resnet32.ts'

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
  /** One bar for each residual block: five of layer 2, five of layer 3; taller means more channels. */
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
  readonly branches: readonly Branch[]
  readonly mean: { readonly x: number; readonly y: number; readonly radius: number }
  /** From the image to the trunk. */
  readonly pathStart: string
}

const width = 680
const margin = 16
const barWidth = 6
const barPitch = 10
const stageGap = 10
const stageWidth = blocksPerStage * barPitch - (barPitch - barWidth)
const imageSize = 44
const meterWidth = 132
const meterHeight = 6
const meanRadius = 30

/** The height of a branch's lane: eight experts stay legible, few experts do not drift apart. */
const laneHeight = (experts: number): number => Math.max(44, Math.min(76, 340 / experts))

/** Channels of the widest layer are drawn as tall as the lane allows, the others in proportion. */
const widestChannels = expertChannels.full[1]

/**
 * @param experts 1 to 8
 * @param widths whether the experts' layers are narrowed to three quarters; it changes the height of their bars
 */
export function branchPicture(experts: number, widths: keyof typeof expertChannels): BranchPicture {
  const lane = laneHeight(experts)
  const height = Math.max(200, experts * lane + 2 * margin)
  const middle = height / 2
  const tallest = Math.min(48, lane - 14)
  const barHeight = (channels: number): number => Math.round((tallest * (channels + 16)) / (widestChannels + 16))
  const stage = (x: number, y: number, channels: number): Bar[] =>
    Array.from({ length: blocksPerStage }, (_, n) => bar(x + n * barPitch, y, barWidth, barHeight(channels)))

  const [channels2, channels3] = expertChannels[widths]
  const trunkX = margin + imageSize + 28
  const trunkEnd = trunkX + stageWidth
  const branchX = trunkEnd + 84
  const branchEnd = branchX + 2 * stageWidth + stageGap
  const meterX = branchEnd + 20
  const mean = { x: width - margin - meanRadius, y: middle, radius: meanRadius }

  const branches = Array.from({ length: experts }, (_, n): Branch => {
    const y = middle + (n - (experts - 1) / 2) * lane
    return {
      expert: n + 1,
      y,
      blocks: [...stage(branchX, y, channels2), ...stage(branchX + stageWidth + stageGap, y, channels3)],
      meter: bar(meterX, y, meterWidth, meterHeight),
      pathIn: bend(trunkEnd + 6, middle, branchX - 6, y),
      pathOut: bend(meterX + meterWidth + 6, y, mean.x - mean.radius - 4, middle),
    }
  })

  return {
    width,
    height,
    image: bar(margin, middle, imageSize, imageSize),
    trunk: stage(trunkX, middle, trunkChannels),
    branches,
    mean,
    pathStart: bend(margin + imageSize + 6, middle, trunkX - 6, middle),
  }
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

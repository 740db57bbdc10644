/**
 * Residual networks (He et al. 2016; with groups, Xie et al. 2017) with RIDE's experts: all share the stem and the first
 * stages; each has the later stages and its classifier to itself. Stages halve the size, but for the first.
 */
import { shapeOfBackbone, type BackboneShape, type Stage, type Stem } from '../../../shared/backbones.ts'
import type { RunConfig } from '../../../shared/recipe.ts'
import { add, relu } from '../graph/arithmetic.ts'
import type { Tensor } from '../graph/graph.ts'
import { maxPool, subsample } from '../graph/layers.ts'
import { mean } from '../graph/mean.ts'
import { pad } from '../graph/shaping.ts'
import type { Layers } from './layers.ts'

/** The backbone's part of a network. */
export interface BackboneModel {
  /** What all experts start from. @param images normalised, [n, s, s, 3] */
  trunk(images: Tensor): Tensor
  /** Pooled features of expert e, [n, width]. */
  features(trunk: Tensor, e: number): Tensor
}

export function resnet(layers: Layers, config: Pick<RunConfig, 'backbone' | 'widths' | 'sharedLayer3'>): BackboneModel {
  const shape = shapeOfBackbone(config)
  // What their papers begin with: ResNet-32 He et al. 2015, the others normal(0, sqrt(2 / (k k out))).
  const kind: Kind = { layers, shape, fan: config.backbone === 'resnet32' ? 'in' : 'out' }
  return {
    trunk: (images) => shape.trunk.reduce((x, one) => stage(kind, x, one.name, one), stem(kind, images, shape.stem)),
    features(trunk, e) {
      const last = shape.expert.reduce((x, one) => stage(kind, x, `${one.name}s.${e}`, one), trunk)
      return mean(last, [1, 2]) // [n, h, w, out] -> [n, out]
    },
  }
}

interface Kind {
  readonly layers: Layers
  readonly shape: Pick<BackboneShape, 'block' | 'groups' | 'shortcut'>
  readonly fan: 'in' | 'out'
}

function stem({ layers, fan }: Kind, images: Tensor, { kernel, channels, stride, pooled }: Stem): Tensor {
  const x = relu(layers.convolution(images, { conv: 'conv1', norm: 'bn1' }, { kernel, out: channels, stride, fan }))
  return pooled ? maxPool(x) : x
}

function stage(kind: Kind, x: Tensor, name: string, { blocks, stride, inner, out }: Stage): Tensor {
  const residual = kind.shape.block === 'basic' ? basic : bottleneck
  let y = x
  for (let b = 0; b < blocks; b++) {
    const block: Block = { name: `${name}.${b}`, stride: b === 0 ? stride : 1, inner, out }
    y = relu(add(residual(kind, y, block), shortcut(kind, y, block)))
  }
  return y
}

type Block = Pick<Stage, 'name' | 'stride' | 'inner' | 'out'>

/** Two 3 x 3 convolutions. */
function basic({ layers, fan }: Kind, x: Tensor, { name, stride, inner, out }: Block): Tensor {
  const first = relu(layers.convolution(x, { conv: `${name}.conv1`, norm: `${name}.bn1` }, { kernel: 3, out: inner, stride, fan }))
  return layers.convolution(first, { conv: `${name}.conv2`, norm: `${name}.bn2` }, { kernel: 3, out, stride: 1, fan })
}

/** 1 x 1, then 3 x 3 in groups with the stride, then 1 x 1. */
function bottleneck({ layers, shape, fan }: Kind, x: Tensor, { name, stride, inner, out }: Block): Tensor {
  const first = relu(layers.convolution(x, { conv: `${name}.conv1`, norm: `${name}.bn1` }, { kernel: 1, out: inner, stride: 1, fan }))
  const second = relu(layers.convolution(first, { conv: `${name}.conv2`, norm: `${name}.bn2` }, { kernel: 3, out: inner, stride, groups: shape.groups, fan }))
  return layers.convolution(second, { conv: `${name}.conv3`, norm: `${name}.bn3` }, { kernel: 1, out, stride: 1, fan })
}

/** The input itself where its shape stays. */
function shortcut({ layers, shape, fan }: Kind, x: Tensor, { name, stride, out }: Block): Tensor {
  const inside = x.shape[3]!
  if (stride === 1 && inside === out) return x
  if (shape.shortcut === 'projection') return layers.convolution(x, { conv: `${name}.downsample.0`, norm: `${name}.downsample.1` }, { kernel: 1, out, stride, fan })
  // Every second row and column, the new channels zero, half of them on each side.
  const around = (out - inside) / 2
  return pad(subsample(x, stride), [[0, 0], [0, 0], [0, 0], [around, around]])
}

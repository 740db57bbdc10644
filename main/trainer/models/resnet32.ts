/**
 * ResNet-32 for small images (He et al. 2016, section 4.2) with RIDE's experts: all share the stem and the first
 * stage; each has its own second and third stage and its own classifier.
 */
import { blocksPerStage, expertChannels, trunkChannels } from '../../../shared/resnet32.ts'
import { add, relu } from '../graph/arithmetic.ts'
import type { Tensor } from '../graph/graph.ts'
import { mean } from '../graph/mean.ts'
import { everyNth, pad } from '../graph/shaping.ts'
import type { Layers } from './layers.ts'
import type { BackboneModel, ModelConfig } from './model.ts'

export function resnet32(layers: Layers, { widths }: Pick<ModelConfig, 'widths'>): BackboneModel {
  const [middle, last] = expertChannels[widths]
  return {
    trunk(images) {
      const stem = relu(layers.convolution(images, { conv: 'conv1', norm: 'bn1' }, { kernel: 3, out: trunkChannels, stride: 1 })) // [n, s, s, 16]
      return stage(layers, stem, 'layer1', trunkChannels, 1) // [n, s, s, 16]
    },
    features(trunk, e) {
      const half = stage(layers, trunk, `layer2s.${e}`, middle, 2) // [n, s/2, s/2, middle]
      const quarter = stage(layers, half, `layer3s.${e}`, last, 2) // [n, s/4, s/4, last]
      return mean(quarter, [1, 2]) // [n, last]
    },
  }
}

function stage(layers: Layers, x: Tensor, name: string, out: number, stride: number): Tensor {
  let y = x
  for (let b = 0; b < blocksPerStage; b++) y = block(layers, y, `${name}.${b}`, out, b === 0 ? stride : 1)
  return y
}

/** Two 3 x 3 convolutions beside a shortcut. */
function block(layers: Layers, x: Tensor, name: string, out: number, stride: number): Tensor {
  const first = relu(layers.convolution(x, { conv: `${name}.conv1`, norm: `${name}.bn1` }, { kernel: 3, out, stride }))
  const second = layers.convolution(first, { conv: `${name}.conv2`, norm: `${name}.bn2` }, { kernel: 3, out, stride: 1 })
  return relu(add(second, shortcut(x, out, stride)))
}

/** Option A: every second row and column, the new channels zero, half of them on each side. */
function shortcut(x: Tensor, out: number, stride: number): Tensor {
  const inside = x.shape[3]!
  if (stride === 1 && inside === out) return x
  const around = (out - inside) / 2
  return pad(everyNth(x, [1, stride, stride, 1]), [[0, 0], [0, 0], [0, 0], [around, around]])
}

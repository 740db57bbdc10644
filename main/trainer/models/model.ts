/** A network of experts, whichever backbone they have: a shared trunk, and for each expert its own stages and classifier. */
import type { Backbone } from '../../../shared/recipe.ts'
import { multiply, sumOf } from '../graph/arithmetic.ts'
import type { Tensor } from '../graph/graph.ts'
import type { Layers } from './layers.ts'
import { resnet, type BackboneModel } from './resnet.ts'

export interface ModelConfig {
  readonly backbone: Backbone
  readonly experts: number
  readonly classes: number
  /** Of the experts' stages. */
  readonly widths: 'reduced' | 'full'
  readonly sharedLayer3: boolean
  readonly head: 'cosine' | 'linear'
  /** s of the cosine classifier. */
  readonly scale: number
}

export interface Model extends BackboneModel {
  /** Logits of expert e from its features, [n, classes]. */
  logits(features: Tensor, e: number): Tensor
}

export function modelOf(layers: Layers, config: ModelConfig): Model {
  return {
    ...resnet(layers, config),
    logits: (features, e) => (config.head === 'cosine' ? layers.cosine(features, `linears.${e}`, config.classes, config.scale) : layers.linear(features, `linears.${e}`, config.classes)),
  }
}

/** Every expert's logits, all of them asked. */
export function expertLogits({ trunk, features, logits }: Model, experts: number, images: Tensor): readonly [Tensor, ...Tensor[]] {
  const shared = trunk(images)
  const asked = (e: number): Tensor => logits(features(shared, e), e)
  return [asked(0), ...Array.from({ length: experts - 1 }, (_, n) => asked(n + 1))]
}

/** Mean of tensors of one shape: of the experts' logits, [n, classes], it is the output of the network. */
export function meanOf(logits: readonly [Tensor, ...Tensor[]]): Tensor {
  return multiply(sumOf(logits), 1 / logits.length)
}

/** What backbones and losses are called in sentences, in a window as on the command line. */
import type { Backbone, Loss } from './recipe.ts'

export const backboneNames: Readonly<Record<Backbone, string>> = {
  resnet32: 'ResNet-32',
  resnet10: 'ResNet-10',
  resnet50: 'ResNet-50',
  resnext50: 'ResNeXt-50',
}

export const lossNames: Readonly<Record<Loss, string>> = {
  ride: 'RIDE',
  'ride-collaborative': 'RIDE, collaborative',
  'ldam-drw': 'Margins, weighted late (LDAM-DRW)',
  balpoe: 'Balanced experts (BalPoE)',
  'logit-adjusted': 'Logit-adjusted',
  'balanced-softmax': 'Balanced softmax',
  focal: 'Focal',
  ce: 'Cross entropy',
}

/** The schedules that the paper was measured with, and one that follows Balanced Product of Experts (Aimar et al., CVPR 2023). */

export const presets = ['cifar', 'fast', 'imagenet-lt', 'inaturalist', 'balpoe'] as const

export interface Preset {
  readonly backbone: 'resnet32' | 'resnet50' | 'resnext50'
  readonly loss: 'ride' | 'balpoe'
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  readonly weightDecay: number
  readonly diversityFactor: number
  readonly temperatureSpread: number
  readonly stepFactor: number
  readonly mixup: number
  readonly colorJitter: number
  /** Of the preset's full length, scaled in proportion for shorter runs. */
  readonly schedule: { readonly of: number; readonly warmup: number; readonly warmupDistilled: number; readonly steps: readonly number[]; readonly reweight: number }
}

const cifar: Preset = {
  backbone: 'resnet32',
  loss: 'ride',
  epochs: 200,
  batchSize: 128,
  learningRate: 0.1,
  weightDecay: 5e-4,
  diversityFactor: -0.45,
  temperatureSpread: 0.05,
  stepFactor: 0.01,
  mixup: 0,
  colorJitter: 0,
  schedule: { of: 200, warmup: 5, warmupDistilled: 20, steps: [160, 180], reweight: 160 },
}

const imagenet: Preset = {
  backbone: 'resnext50',
  loss: 'ride',
  epochs: 100,
  batchSize: 256,
  learningRate: 0.1,
  weightDecay: 2e-4,
  diversityFactor: -0.2,
  temperatureSpread: 0.02,
  stepFactor: 0.1,
  mixup: 0,
  colorJitter: 0.4,
  schedule: { of: 100, warmup: 5, warmupDistilled: 5, steps: [60, 80], reweight: 80 },
}

export const presetOf: Readonly<Record<(typeof presets)[number], Preset>> = {
  cifar,
  fast: { ...cifar, epochs: 30 },
  'imagenet-lt': imagenet,
  inaturalist: { ...imagenet, backbone: 'resnet50', batchSize: 512, learningRate: 0.2, temperatureSpread: 0.015, colorJitter: 0 },
  balpoe: { ...cifar, loss: 'balpoe', mixup: 0.4, stepFactor: 0.1 },
}

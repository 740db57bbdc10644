/** From the few choices a person makes to every number of a training run. */
import * as v from 'valibot'

const whole = (low: number, high: number) =>
  v.pipe(v.number('expected a number'), v.safeInteger('expected a whole number'), v.minValue(low, `expected ${low} or more`), v.maxValue(high, `expected ${high} or less`))

const finite = v.pipe(v.number('expected a number'), v.finite('expected a finite number'))
const rate = v.pipe(finite, v.gtValue(0, 'expected more than 0'))

export const presets = ['cifar', 'fast'] as const
export const backbones = ['resnet32'] as const
export const losses = ['ride', 'ride-collaborative', 'ldam-drw', 'ce', 'focal'] as const

/** What a person chooses; whatever is left out comes from the preset. */
export const RunRequestSchema = v.object({
  preset: v.optional(v.picklist(presets, `expected one of ${presets.join(', ')}`), 'cifar'),
  backbone: v.optional(v.picklist(backbones, `expected one of ${backbones.join(', ')}`), 'resnet32'),
  experts: v.optional(whole(1, 8), 3),
  /** `reduced` narrows the experts' layers to three quarters, as RIDE does; `full` keeps the backbone's. */
  widths: v.optional(v.picklist(['reduced', 'full']), 'reduced'),
  head: v.optional(v.picklist(['cosine', 'linear']), 'cosine'),
  loss: v.optional(v.picklist(losses, `expected one of ${losses.join(', ')}`), 'ride'),
  epochs: v.optional(whole(1, 10_000)),
  batchSize: v.optional(whole(2, 4096)),
  imageSize: v.optional(whole(32, 224), 32),
  /** How an image becomes a square: padded with black, or its centre cut out. */
  fit: v.optional(v.picklist(['pad', 'crop']), 'pad'),
  augment: v.optional(v.boolean(), true),
  learningRate: v.optional(rate),
  seed: v.optional(whole(0, 2 ** 32 - 1), 0),
  device: v.optional(v.picklist(['auto', 'cpu', 'gpu']), 'auto'),
})
export type RunRequest = v.InferOutput<typeof RunRequestSchema>

/** Everything a run needs besides its images, with no default left open; kept with the run. */
export const RunConfigSchema = v.object({
  ...RunRequestSchema.entries,
  epochs: whole(1, 10_000),
  batchSize: whole(2, 4096),
  learningRate: rate,
  momentum: finite,
  weightDecay: finite,
  warmupEpochs: whole(1, 10_000),
  /** The learning rate is multiplied by `stepFactor` from each of these epochs on, counted from 0. */
  stepEpochs: v.array(whole(0, 10_000)),
  stepFactor: finite,
  /** Re-weighting holds where epoch > this, epochs counted from 1. */
  reweightEpoch: whole(0, 10_000),
  /** Lambda of the diversity term; negative pushes the experts apart. */
  diversityFactor: finite,
  /** r of the distribution-aware temperature. */
  temperatureSpread: finite,
  /** s of the cosine classifier and of the margins. */
  scale: finite,
  maxMargin: finite,
  /** Beta of the effective number of samples. */
  reweightBeta: finite,
})
export type RunConfig = v.InferOutput<typeof RunConfigSchema>

interface Preset {
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  readonly weightDecay: number
  readonly diversityFactor: number
  readonly temperatureSpread: number
  readonly stepFactor: number
  /** Of the preset's full length, scaled in proportion for shorter runs. */
  readonly schedule: { readonly of: number; readonly warmup: number; readonly steps: readonly number[]; readonly reweight: number }
}

const cifar: Preset = {
  epochs: 200,
  batchSize: 128,
  learningRate: 0.1,
  weightDecay: 5e-4,
  diversityFactor: -0.45,
  temperatureSpread: 0.05,
  stepFactor: 0.01,
  schedule: { of: 200, warmup: 5, steps: [160, 180], reweight: 160 },
}

const presetOf: Readonly<Record<RunRequest['preset'], Preset>> = { cifar, fast: { ...cifar, epochs: 30 } }

/**
 * Every number of a run. A run shorter or longer than the preset's full length scales each epoch count in proportion,
 * rounded, with at least one epoch of warm-up.
 */
export function configOf(request: RunRequest): RunConfig {
  const preset = presetOf[request.preset]
  const epochs = request.epochs ?? preset.epochs
  const scaled = (epoch: number): number => Math.round((epoch * epochs) / preset.schedule.of)
  return {
    ...request,
    epochs,
    batchSize: request.batchSize ?? preset.batchSize,
    learningRate: request.learningRate ?? preset.learningRate,
    momentum: 0.9,
    weightDecay: preset.weightDecay,
    warmupEpochs: Math.max(1, scaled(preset.schedule.warmup)),
    stepEpochs: preset.schedule.steps.map(scaled),
    stepFactor: preset.stepFactor,
    reweightEpoch: scaled(preset.schedule.reweight),
    diversityFactor: preset.diversityFactor,
    temperatureSpread: preset.temperatureSpread,
    scale: 30,
    maxMargin: 0.5,
    reweightBeta: 0.9999,
  }
}

/** From the few choices a person makes to every number of a training run. */
import * as v from 'valibot'
import { presetOf, presets, type Preset } from './presets.ts'

export { presets } from './presets.ts'

const whole = (low: number, high: number) =>
  v.pipe(v.number('expected a number'), v.safeInteger('expected a whole number'), v.minValue(low, `expected ${low} or more`), v.maxValue(high, `expected ${high} or less`))

const finite = v.pipe(v.number('expected a number'), v.finite('expected a finite number'))
const rate = v.pipe(finite, v.gtValue(0, 'expected more than 0'))
const strength = v.pipe(finite, v.minValue(0, 'expected 0 or more'), v.maxValue(4, 'expected 4 or less'))
const oneOf = <const Names extends readonly string[]>(names: Names) => v.picklist(names, `expected one of ${names.join(', ')}`)
const runId = whole(1, Number.MAX_SAFE_INTEGER)
const file = v.pipe(v.string('expected a path'), v.minLength(1, 'expected a path'), v.maxLength(4096, 'expected at most 4,096 characters'))

export const backbones = ['resnet32', 'resnet10', 'resnet50', 'resnext50'] as const
export type Backbone = (typeof backbones)[number]
export const losses = ['ride', 'ride-collaborative', 'ldam-drw', 'ce', 'focal', 'balanced-softmax', 'logit-adjusted', 'balpoe'] as const
export type Loss = (typeof losses)[number]
/** The losses that tau is a number of. */
export const hasTau = (loss: Loss): boolean => loss === 'logit-adjusted' || loss === 'balpoe'
/** The losses that set the classes' numbers of images right by themselves. */
export const balances = (loss: Loss): boolean => hasTau(loss) || loss === 'balanced-softmax'
/** When rare classes weigh more in the loss, or are shown more often: never, after the re-weighting epoch, from the start. */
export const moments = ['never', 'deferred', 'always'] as const
export type Moment = (typeof moments)[number]
/** What a run trains: the experts themselves, or something on top of a finished run's. */
const stages = ['experts', 'crt', 'lws', 'tau-norm', 'router'] as const
type Stage = (typeof stages)[number]
export type SecondStage = Exclude<Stage, 'experts'>

const mostParts = 256

/** What a person chooses; whatever is left out comes from the preset, or follows from the other choices. */
export const RunRequestSchema = v.object({
  preset: v.optional(oneOf(presets), 'cifar'),
  backbone: v.optional(oneOf(backbones)),
  experts: v.optional(whole(1, 8), 3),
  /** `reduced` narrows the experts' layers to three quarters, as RIDE does; `full` keeps the backbone's. */
  widths: v.optional(oneOf(['reduced', 'full']), 'reduced'),
  /** ImageNet types only: the experts share layer3 too and have layer4 to themselves. */
  sharedLayer3: v.optional(v.boolean(), false),
  head: v.optional(oneOf(['cosine', 'linear']), 'cosine'),
  loss: v.optional(oneOf(losses)),
  /** Classes weighed in the loss by their effective number of images. */
  reweight: v.optional(oneOf(moments)),
  /** Every class drawn as often as any other. */
  resample: v.optional(oneOf(moments), 'never'),
  /** Strength of the logit adjustment, of the experts' mean where they differ. */
  tau: v.optional(strength, 1),
  /** Alpha of mixup's Beta distribution; 0 mixes nothing. */
  mixup: v.optional(strength),
  /** A finished run whose mean logits are learnt from as well. */
  teacherRun: v.optional(runId),
  /** Weights under torchvision's or the authors' names that trunk and experts start from. */
  trunkFile: v.optional(file),
  epochs: v.optional(whole(1, 10_000)),
  batchSize: v.optional(whole(2, 4096)),
  /** A step's batch goes through in this many parts, their gradients added up: the same batch in less memory. */
  accumulate: v.optional(whole(1, mostParts), 1),
  imageSize: v.optional(whole(32, 224)),
  /** How an image becomes a square: padded with black, or its centre cut out. */
  fit: v.optional(oneOf(['pad', 'crop'])),
  augment: v.optional(v.boolean(), true),
  /** Left out, it follows the batch size in proportion. */
  learningRate: v.optional(rate),
  seed: v.optional(whole(0, 2 ** 32 - 1), 0),
  device: v.optional(oneOf(['auto', 'cpu', 'gpu']), 'auto'),
})
export type RunRequest = v.InferOutput<typeof RunRequestSchema>

/** What a person chooses for a second stage on a finished run; everything else is the run's. */
export const SecondStageRequestSchema = v.object({
  stage: oneOf(['crt', 'lws', 'tau-norm', 'router']),
  epochs: v.optional(whole(1, 10_000)),
  batchSize: v.optional(whole(2, 4096)),
  learningRate: v.optional(rate),
  /** The power of the norms that tau-normalisation divides by. */
  tauNorm: v.optional(v.pipe(finite, v.minValue(0, 'expected 0 or more'), v.maxValue(2, 'expected 2 or less')), 1),
  seed: v.optional(whole(0, 2 ** 32 - 1), 0),
  device: v.optional(oneOf(['auto', 'cpu', 'gpu']), 'auto'),
})
export type SecondStageRequest = v.InferOutput<typeof SecondStageRequestSchema>

/** k of the router, where nothing else is said. */
export const usualTopLogits = 30

/**
 * Everything a run needs besides its images, with no default left open; kept with the run. What is optional here is what
 * configurations from before it was there do not say, with what held then.
 */
export const RunConfigSchema = v.object({
  ...RunRequestSchema.entries,
  stage: v.optional(oneOf(stages), 'experts'),
  /** The finished run that a second stage works on. */
  baseRun: v.optional(v.nullable(runId), null),
  backbone: oneOf(backbones),
  loss: oneOf(losses),
  reweight: v.optional(oneOf(moments), 'deferred'),
  mixup: v.optional(strength, 0),
  teacherRun: v.optional(v.nullable(runId), null),
  /** Divides the teacher's and the student's logits. */
  teacherTemperature: v.optional(rate, 1.5),
  trunkFile: v.optional(v.nullable(file), null),
  imageSize: whole(32, 224),
  fit: oneOf(['pad', 'crop']),
  /** The experts' tau goes from `tau - tauSpread` to `tau + tauSpread`, in even steps. */
  tauSpread: v.optional(strength, 1),
  tauNorm: v.optional(finite, 1),
  /** `cifar`: shift, flip, rotation. `resized-crop`: a random part at a random shape, flip, colours. */
  augmentation: v.optional(oneOf(['cifar', 'resized-crop']), 'cifar'),
  /** Largest relative change of brightness, contrast and saturation each. */
  colorJitter: v.optional(finite, 0),
  epochs: whole(0, 10_000),
  batchSize: whole(2, 4096),
  learningRate: rate,
  momentum: finite,
  weightDecay: finite,
  /** `steps` are below; `cosine` falls to 0 over the epochs. */
  schedule: v.optional(oneOf(['steps', 'cosine']), 'steps'),
  warmupEpochs: whole(1, 10_000),
  /** The learning rate is multiplied by `stepFactor` from each of these epochs on, counted from 0. */
  stepEpochs: v.array(whole(0, 10_000)),
  stepFactor: finite,
  /** Re-weighting and re-sampling that are deferred hold where epoch > this, epochs counted from 1. */
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
  /** k of the router: the largest running mean logits that it sees, at most the number of classes. */
  routerTopLogits: v.optional(whole(1, 1000), usualTopLogits),
  /** How much more a sample weighs that another expert would set right. */
  routerPositiveWeight: v.optional(rate, 100),
})
export type RunConfig = v.InferOutput<typeof RunConfigSchema>

/** Its weights came from a file: there is nothing to train. */
export function isImported({ stage, epochs }: RunConfig): boolean {
  return epochs === 0 && stage !== 'tau-norm'
}

/** Losses that come with weights for rare classes, late in training. */
const reweighted: ReadonlySet<Loss> = new Set(['ride', 'ride-collaborative', 'ldam-drw'])

/**
 * Every number of a run. A run shorter or longer than the preset's full length scales each epoch count in proportion,
 * rounded, with at least one epoch of warm-up; a batch of another size scales the learning rate.
 */
export function configOf(request: RunRequest): RunConfig {
  const preset: Preset = presetOf[request.preset]
  const epochs = request.epochs ?? preset.epochs
  const batchSize = request.batchSize ?? preset.batchSize
  const backbone = request.backbone ?? preset.backbone
  const loss = request.loss ?? preset.loss
  const distilled = request.teacherRun !== undefined
  const scaled = (epoch: number): number => Math.round((epoch * epochs) / preset.schedule.of)
  return {
    ...request,
    stage: 'experts',
    baseRun: null,
    backbone,
    loss,
    reweight: request.reweight ?? (reweighted.has(loss) ? 'deferred' : 'never'),
    mixup: request.mixup ?? preset.mixup,
    tauSpread: 1,
    tauNorm: 1,
    teacherRun: request.teacherRun ?? null,
    teacherTemperature: 1.5,
    trunkFile: request.trunkFile ?? null,
    imageSize: request.imageSize ?? (backbone === 'resnet32' ? 32 : 224),
    fit: request.fit ?? (backbone === 'resnet32' ? 'pad' : 'crop'),
    augmentation: backbone === 'resnet32' ? 'cifar' : 'resized-crop',
    colorJitter: preset.colorJitter,
    epochs,
    batchSize,
    learningRate: request.learningRate ?? (preset.learningRate * batchSize) / preset.batchSize,
    momentum: 0.9,
    weightDecay: preset.weightDecay,
    schedule: 'steps',
    warmupEpochs: Math.max(1, scaled(distilled ? preset.schedule.warmupDistilled : preset.schedule.warmup)),
    stepEpochs: preset.schedule.steps.map(scaled),
    stepFactor: preset.stepFactor,
    reweightEpoch: scaled(preset.schedule.reweight),
    diversityFactor: preset.diversityFactor,
    temperatureSpread: preset.temperatureSpread,
    scale: 30,
    maxMargin: 0.5,
    reweightBeta: 0.9999,
    routerTopLogits: usualTopLogits,
    routerPositiveWeight: 100,
  }
}

/**
 * Lengths and rates of the second stages: the router's are the authors'. cRT and LWS train as Kang et al. 2020 do, their
 * classifier alone for few epochs along a cosine with every class drawn equally often; their rates at these batches are
 * this program's own.
 */
const secondStages = {
  router: { epochs: 5, batchSize: 512, learningRate: 0.01 },
  crt: { epochs: 10, batchSize: 128, learningRate: 0.1 },
  lws: { epochs: 10, batchSize: 128, learningRate: 0.2 },
  'tau-norm': { epochs: 0, batchSize: 128, learningRate: 1 },
} as const satisfies Record<SecondStage, object>

/** A second stage on a finished run: frozen experts, classes drawn equally often, a learning rate that falls to 0. */
export function secondStageConfigOf(base: RunConfig, baseRun: number, request: SecondStageRequest): RunConfig {
  const usual = secondStages[request.stage]
  const batchSize = request.batchSize ?? usual.batchSize
  return {
    ...base,
    stage: request.stage,
    baseRun,
    loss: 'ce',
    reweight: 'never',
    resample: 'always',
    mixup: 0,
    teacherRun: null,
    trunkFile: null,
    accumulate: request.stage === 'tau-norm' ? 1 : partsNoLargerThan(base, batchSize),
    tauNorm: request.tauNorm,
    epochs: request.stage === 'tau-norm' ? 0 : (request.epochs ?? usual.epochs),
    batchSize,
    learningRate: request.learningRate ?? (usual.learningRate * batchSize) / usual.batchSize,
    schedule: 'cosine',
    warmupEpochs: 1,
    stepEpochs: [],
    seed: request.seed,
    device: request.device,
  }
}

/** Into how many parts a batch must go that the device holds each, as it held the base run's; batch norm stands still, so that they come to the same. */
function partsNoLargerThan({ batchSize, accumulate }: RunConfig, batch: number): number {
  return Math.min(mostParts, Math.ceil(batch / Math.ceil(batchSize / accumulate)))
}

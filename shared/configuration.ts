/** A run's configuration in plain words, with the paper's terms beside. */
import { backboneNames } from './names.ts'
import { hasTau, isImported, type RunConfig } from './recipe.ts'
import { choiceOf, fitChoices, headChoices, labelOf, lossChoices, presetChoices, shortStage, stageLabel, widthChoices } from './choices.ts'

export interface Fact {
  readonly name: string
  readonly value: string
  /** What the paper calls it. */
  readonly term?: string
}

export function configFacts(config: RunConfig): Fact[] {
  if (isImported(config)) return [{ name: 'Kind', value: 'Weights from a file' }, ...network(config)]
  if (config.stage === 'experts') return [{ name: 'Recipe', value: labelOf(presetChoices, config.preset) }, ...network(config), ...learning(config), ...images(config), ...steps(config), ...machine(config)]
  return [{ name: 'Kind', value: `${stageLabel(config.stage)} on run ${config.baseRun ?? '?'}` }, ...network(config), ...secondStage(config), ...machine(config)]
}

function network(config: RunConfig): Fact[] {
  return [
    { name: 'Backbone', value: backboneNames[config.backbone], ...(config.sharedLayer3 ? { term: 'experts share layer3' } : {}) },
    { name: 'Experts', value: `${config.experts}, ${labelOf(widthChoices, config.widths).toLowerCase()} width` },
    { name: 'Classifier', value: labelOf(headChoices, config.head) },
    { name: 'Image size', value: `${config.imageSize} × ${config.imageSize}, ${labelOf(fitChoices, config.fit).toLowerCase()}` },
    ...(config.trunkFile === null ? [] : [{ name: 'Starts from', value: config.trunkFile }]),
  ]
}

function learning(config: RunConfig): Fact[] {
  const { loss, reweight, resample, reweightEpoch, epochs } = config
  const when = (moment: RunConfig['reweight']): string => (moment === 'always' ? 'from the start' : reweightEpoch < epochs ? `after epoch ${reweightEpoch}` : 'never')
  const term = choiceOf(lossChoices, loss)?.term?.replace(/\.$/, '')
  return [
    { name: 'Loss', value: labelOf(lossChoices, loss), ...(term ? { term } : {}) },
    ...(hasTau(loss) ? [{ name: 'Adjustment', value: loss === 'balpoe' && config.experts > 1 ? `${config.tau}, spread ${config.tauSpread}` : String(config.tau), term: 'tau' }] : []),
    ...(loss === 'ride' ? [{ name: 'Diversity', value: `${config.diversityFactor}, spread ${config.temperatureSpread}`, term: 'lambda and r' }] : []),
    ...(reweight === 'never' ? [] : [{ name: 'Re-weighting', value: when(reweight), term: `beta ${config.reweightBeta}` }]),
    ...(resample === 'never' ? [] : [{ name: 'Equal sampling', value: when(resample), term: 'class-balanced' }]),
    ...(config.teacherRun === null ? [] : [{ name: 'Teacher', value: `run ${config.teacherRun}`, term: `distillation, temperature ${config.teacherTemperature}` }]),
  ]
}

function images({ augment, augmentation, colorJitter, mixup }: RunConfig): Fact[] {
  const variation = augmentation === 'cifar' ? 'shift, flip, turn' : `part, flip${colorJitter > 0 ? ', colours' : ''}`
  return [
    { name: 'Images varied', value: augment ? variation : 'no', term: 'augmentation' },
    ...(mixup > 0 ? [{ name: 'Images blended', value: `alpha ${mixup}`, term: 'mixup' }] : []),
  ]
}

function steps(config: RunConfig): Fact[] {
  // A short run may take two steps at once: both are said as the one that they make.
  const factors = new Map<number, number>()
  for (const epoch of config.stepEpochs) if (epoch < config.epochs) factors.set(epoch, (factors.get(epoch) ?? 1) * config.stepFactor)
  return [
    ...batch(config),
    { name: 'Learning rate', value: `${short(config.learningRate)}, momentum ${config.momentum}` },
    { name: 'Weight decay', value: String(config.weightDecay) },
    { name: 'Warm-up', value: `${config.warmupEpochs} ${config.warmupEpochs === 1 ? 'epoch' : 'epochs'}` },
    { name: 'Smaller steps', value: config.schedule === 'cosine' ? 'along a cosine' : factors.size > 0 ? smallerSteps(factors) : 'never' },
  ]
}

function secondStage(config: RunConfig): Fact[] {
  if (config.stage === 'tau-norm') return [{ name: 'Power of the norms', value: String(config.tauNorm), term: 'tau' }]
  return [
    ...batch(config),
    { name: 'Learning rate', value: `${short(config.learningRate)}, along a cosine` },
    { name: 'Equal sampling', value: 'from the start', term: 'class-balanced' },
    ...(config.stage === 'router' ? [{ name: 'Router sees', value: `${config.routerTopLogits} best logits`, term: 'k' }, { name: 'Asking weighs', value: `${config.routerPositiveWeight} times`, term: 'positive weight' }] : []),
  ]
}

const batch = ({ batchSize, accumulate }: RunConfig): Fact[] => [{ name: 'Batch size', value: `${batchSize.toLocaleString('en')}${accumulate > 1 ? ` in ${accumulate} parts` : ''}` }]

const machine = ({ seed, device }: RunConfig): Fact[] => [
  { name: 'Seed', value: seed.toLocaleString('en') },
  { name: 'Device asked for', value: { auto: 'automatic', cpu: 'CPU', gpu: 'GPU' }[device] },
]

/** "after 24 and 27, by 0.01" @param factors by the epoch after which they hold */
function smallerSteps(factors: ReadonlyMap<number, number>): string {
  const alike = new Map<string, number[]>()
  for (const [epoch, factor] of factors) alike.set(short(factor), [...(alike.get(short(factor)) ?? []), epoch])
  return [...alike].map(([factor, epochs]) => `after ${epochs.join(' and ')}, by ${factor}`).join('; ')
}

/** A rate that was scaled with the batch, without the dust of its division. */
const short = (rate: number): string => String(Number(rate.toPrecision(4)))

/** What the list says a run is: its loss, or what stands on which run. */
export function methodWords({ config }: { readonly config: RunConfig }): string {
  if (config.stage !== 'experts') return config.baseRun === null ? `${shortStage(config.stage)}, from a file` : `${shortStage(config.stage)} on run ${config.baseRun}`
  if (isImported(config)) return 'Weights from a file'
  const loss = labelOf(lossChoices, config.loss)
  return config.teacherRun === null ? loss : `${loss}, learnt from run ${config.teacherRun}`
}

/** "Run 7", with the name where a person gave it one. */
export function titleOf({ id, name }: { readonly id: number; readonly name: string }): string {
  const given = givenName({ id, name })
  return given ? `Run ${id}: ${given}` : `Run ${id}`
}

/** What a person called the run; empty where it goes by its number. */
export function givenName({ id, name }: { readonly id: number; readonly name: string }): string {
  return name.toLowerCase() === `run ${id}` ? '' : name
}

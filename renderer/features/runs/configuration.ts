/** A run's configuration in plain words, with the paper's terms beside. */
import { backboneNames } from '../../../shared/names.ts'
import { hasTau, isImported, type RunConfig } from '../../../shared/recipe.ts'
import { choiceOf, fitChoices, headChoices, labelOf, lossChoices, presetChoices, widthChoices } from './choices.ts'
import { stageLabel } from './secondStages.ts'

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
  const taken = config.stepEpochs.filter((epoch) => epoch < config.epochs)
  return [
    ...batch(config),
    { name: 'Learning rate', value: `${short(config.learningRate)}, momentum ${config.momentum}` },
    { name: 'Weight decay', value: String(config.weightDecay) },
    { name: 'Warm-up', value: `${config.warmupEpochs} ${config.warmupEpochs === 1 ? 'epoch' : 'epochs'}` },
    { name: 'Smaller steps', value: config.schedule === 'cosine' ? 'along a cosine' : taken.length > 0 ? `after ${taken.join(' and ')}, by ${config.stepFactor}` : 'never' },
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

/** A rate that was scaled with the batch, without the dust of its division. */
const short = (rate: number): string => String(Number(rate.toPrecision(4)))

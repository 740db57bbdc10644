/** A run's configuration in plain words, with the paper's terms beside. */
import type { RunConfig } from '../../../shared/recipe.ts'
import { fitChoices, headChoices, labelOf, lossChoices, presetChoices, reweights, widthChoices } from './choices.ts'

export interface Fact {
  readonly name: string
  readonly value: string
  /** Shown on hover. */
  readonly term?: string
}

export function configFacts(config: RunConfig): Fact[] {
  const steps = config.stepEpochs.filter((epoch) => epoch < config.epochs)
  return [
    { name: 'Preset', value: labelOf(presetChoices, config.preset), term: config.preset },
    { name: 'Backbone', value: 'ResNet-32', term: config.backbone },
    { name: 'Experts', value: `${config.experts}, ${labelOf(widthChoices, config.widths).toLowerCase()} width` },
    { name: 'Loss', value: labelOf(lossChoices, config.loss), term: config.loss },
    { name: 'Classifier', value: labelOf(headChoices, config.head) },
    { name: 'Image size', value: `${config.imageSize} × ${config.imageSize}, ${labelOf(fitChoices, config.fit).toLowerCase()}` },
    { name: 'Augmentation', value: config.augment ? 'on' : 'off' },
    { name: 'Batch size', value: config.batchSize.toLocaleString('en') },
    { name: 'Learning rate', value: `${config.learningRate}, momentum ${config.momentum}` },
    { name: 'Weight decay', value: String(config.weightDecay) },
    { name: 'Warm-up', value: `${config.warmupEpochs} ${config.warmupEpochs === 1 ? 'epoch' : 'epochs'}` },
    { name: 'Smaller steps', value: steps.length > 0 ? `after ${steps.join(' and ')}, by ${config.stepFactor}` : 'never' },
    ...(reweights(config.loss) ? [{ name: 'Re-weighting', value: config.reweightEpoch < config.epochs ? `after epoch ${config.reweightEpoch}` : 'never', term: `beta ${config.reweightBeta}` }] : []),
    ...(config.loss === 'ride' ? [{ name: 'Diversity', value: `${config.diversityFactor}, spread ${config.temperatureSpread}`, term: 'lambda and r of the distribution-aware diversity loss' }] : []),
    { name: 'Seed', value: config.seed.toLocaleString('en') },
    { name: 'Device asked for', value: { auto: 'automatic', cpu: 'CPU', gpu: 'GPU' }[config.device] },
  ]
}

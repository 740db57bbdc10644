/** The choices of a run in plain words, each with what follows from it and, where it has one, the paper's term. */
import { backboneNames, lossNames } from './names.ts'
import type { Backbone, Loss, Moment, RunConfig, RunRequest, SecondStage } from './recipe.ts'

export interface Choice<V extends string> {
  readonly value: V
  readonly label: string
  readonly meaning: string
  readonly term?: string
}

export const presetChoices: readonly Choice<RunRequest['preset']>[] = [
  { value: 'fast', label: 'Fast', meaning: '30 epochs on small images, every stage of the schedule shortened in proportion. For a first look.', term: 'The CIFAR schedule, shortened.' },
  { value: 'cifar', label: 'Thorough', meaning: '200 epochs on small images, as the paper trains. For the result to keep.', term: 'CIFAR-100-LT: steps at 160 and 180.' },
  { value: 'imagenet-lt', label: 'ImageNet-LT', meaning: '100 epochs of a large network on large images, with parts, sizes and colours varied. Needs a GPU.', term: 'ResNeXt-50, 224 × 224, batches of 256.' },
  { value: 'inaturalist', label: 'iNaturalist', meaning: '100 epochs of a large network on large images in larger batches, with colours left as they are. Needs a GPU.', term: 'ResNet-50, 224 × 224, batches of 512.' },
  { value: 'balpoe', label: 'BalPoE-style', meaning: 'Every expert is balanced for another mix of classes, and images are blended in pairs. 200 epochs on small images.', term: 'Balanced Product of Experts (Aimar et al. 2023): logit adjustment, mixup.' },
]

export const backboneChoices: readonly Choice<Backbone>[] = [
  { value: 'resnet32', label: `${backboneNames.resnet32} (small images)`, meaning: 'A small network made for images of 32 × 32. Trains on a CPU too.', term: '5 + 5 + 5 basic blocks; experts have layer2 and layer3.' },
  { value: 'resnet10', label: backboneNames.resnet10, meaning: 'The smallest network for large images: few layers, wide ones.', term: '1 + 1 + 1 + 1 basic blocks; experts have layer3 and layer4.' },
  { value: 'resnet50', label: backboneNames.resnet50, meaning: 'A large network for large images. Needs a GPU and many images, or weights to start from.', term: '3 + 4 + 6 + 3 bottleneck blocks; experts have layer3 and layer4.' },
  { value: 'resnext50', label: backboneNames.resnext50, meaning: 'As ResNet-50 with its convolutions in 32 groups: usually a little better for the same parameters.', term: '32 × 4d; experts have layer3 and layer4.' },
]

export const lossChoices: readonly Choice<Loss>[] = [
  { value: 'ride', label: lossNames.ride, meaning: 'Rare classes get wider margins, and the experts are kept different where images are rare.', term: 'Label-distribution-aware margins (LDAM), distribution-aware diversity.' },
  { value: 'ride-collaborative', label: lossNames['ride-collaborative'], meaning: 'Wider margins for rare classes, learned on the experts’ mean answer: they work as one.', term: 'LDAM on the mean of the experts’ scores (logits); lambda = 0.' },
  { value: 'ldam-drw', label: lossNames['ldam-drw'], meaning: 'Wider margins for rare classes, which count more towards the end. Nothing keeps experts different.', term: 'Label-distribution-aware margins, deferred re-weighting (Cao et al. 2019).' },
  { value: 'balpoe', label: lossNames.balpoe, meaning: 'Each expert favours rare classes to another degree, so that their mean is fair to all.', term: 'Logit adjustment, tau spread over the experts (Aimar et al. 2023).' },
  { value: 'logit-adjusted', label: lossNames['logit-adjusted'], meaning: 'Frequent classes start with a lead in training that falls away in use, so that rare ones must win by more.', term: 'Menon et al. 2021: tau times log of the class shares.' },
  { value: 'balanced-softmax', label: lossNames['balanced-softmax'], meaning: 'The softmax, which turns scores into probabilities, counts each class by its images, so that the answer does not lean towards frequent ones.', term: 'Ren et al. 2020: logit adjustment at tau = 1.' },
  { value: 'focal', label: lossNames.focal, meaning: 'Images that are still hard count more. Rare classes get no treatment of their own.', term: 'Lin et al. 2017, gamma = 1.' },
  { value: 'ce', label: lossNames.ce, meaning: 'Every image counts the same. The usual baseline: good on frequent classes, weak on rare ones.' },
]

export const widthChoices: readonly Choice<RunRequest['widths']>[] = [
  { value: 'reduced', label: 'Reduced', meaning: 'Three quarters of the channels in each expert, as RIDE does: less to compute.' },
  { value: 'full', label: 'Full', meaning: 'All channels of the backbone in each expert: more to learn, more to compute.' },
]

export const headChoices: readonly Choice<RunRequest['head']>[] = [
  { value: 'cosine', label: 'Cosine', meaning: 'Compares directions only, so that frequent classes gain nothing by longer weights.' },
  { value: 'linear', label: 'Linear', meaning: 'A plain weighted sum with a bias.' },
]

export const fitChoices: readonly Choice<RunConfig['fit']>[] = [
  { value: 'pad', label: 'Pad', meaning: 'The whole image, with black bars to make a square.' },
  { value: 'crop', label: 'Crop', meaning: 'The square in the middle; what lies outside is not seen.' },
]

export const reweightChoices: readonly Choice<Moment>[] = [
  { value: 'never', label: 'Never', meaning: 'Every image counts the same in the loss.' },
  { value: 'deferred', label: 'Late', meaning: 'Images of rare classes count more once the features are learned.' },
  { value: 'always', label: 'From the start', meaning: 'Images of rare classes count more in every epoch. Known to hurt.' },
]

export const resampleChoices: readonly Choice<Moment>[] = [
  { value: 'never', label: 'Never', meaning: 'Every image is shown once an epoch, so frequent classes are seen more.' },
  { value: 'deferred', label: 'Late', meaning: 'Every class is shown equally often once the features are learned.' },
  { value: 'always', label: 'From the start', meaning: 'Every class is shown equally often in every epoch. Known to hurt.' },
]

export const labelOf = <V extends string>(choices: readonly Choice<V>[], value: V): string => choiceOf(choices, value)?.label ?? value

export const choiceOf = <V extends string>(choices: readonly Choice<V>[], value: V): Choice<V> | undefined => choices.find((choice) => choice.value === value)

/** What can be done on top of a finished run: what it does, in plain words. */
interface SecondStageChoice {
  readonly stage: SecondStage
  readonly label: string
  /** In lists. */
  readonly short: string
  readonly meaning: string
}

export const secondStageChoices: readonly SecondStageChoice[] = [
  { stage: 'router', label: 'Router', short: 'Router', meaning: 'Learns how many experts an image needs: one for an easy image, more for a hard one. Nearly the same answers for less computing.' },
  { stage: 'crt', label: 'New classifier (cRT)', short: 'cRT', meaning: 'Trains the classifiers anew on the features as they are, with every class shown equally often. Rare classes gain, frequent ones lose a little.' },
  { stage: 'tau-norm', label: 'Evened classifier (tau-normalisation)', short: 'Tau-norm', meaning: 'Divides the weights of each class by a power of their length, so that frequent classes gain less by long ones. Nothing is trained.' },
  { stage: 'lws', label: 'Scaled classifier (LWS)', short: 'LWS', meaning: 'Learns one factor for each class, shown equally often, and keeps everything else. The gentlest change of a trained classifier.' },
]

const stageChoiceOf = (stage: SecondStage): SecondStageChoice => secondStageChoices.find((choice) => choice.stage === stage)!
export const stageLabel = (stage: SecondStage): string => stageChoiceOf(stage).label
export const shortStage = (stage: SecondStage): string => stageChoiceOf(stage).short

/** The choices of a run in plain words, each with what follows from it. */
import { timesOfOneExpert, costOf } from '../../../shared/cost.ts'
import type { RunConfig, RunRequest } from '../../../shared/recipe.ts'

export interface Choice<V extends string> {
  readonly value: V
  readonly label: string
  readonly meaning: string
}

export const presetChoices: readonly Choice<RunRequest['preset']>[] = [
  { value: 'fast', label: 'Fast', meaning: '30 epochs with every stage of the schedule shortened in proportion. For a first look.' },
  { value: 'cifar', label: 'Thorough', meaning: '200 epochs, the schedule of the paper for small images. For the result to keep.' },
]

export const lossChoices: readonly Choice<RunRequest['loss']>[] = [
  { value: 'ride', label: 'RIDE', meaning: 'Rare classes get wider margins, and the experts are kept different where images are rare.' },
  { value: 'ride-collaborative', label: 'RIDE, collaborative', meaning: 'Wider margins for rare classes, learned on the experts’ mean answer: they work as one.' },
  { value: 'ldam-drw', label: 'Margins, weighted late (LDAM-DRW)', meaning: 'Wider margins for rare classes, which count more towards the end. Nothing keeps experts different.' },
  { value: 'ce', label: 'Cross entropy', meaning: 'Every image counts the same. The usual baseline: good on frequent classes, weak on rare ones.' },
  { value: 'focal', label: 'Focal', meaning: 'Images that are still hard count more. Rare classes get no treatment of their own.' },
]

export const widthChoices: readonly Choice<RunRequest['widths']>[] = [
  { value: 'reduced', label: 'Reduced', meaning: 'Three quarters of the channels in each expert, as RIDE does: less to compute.' },
  { value: 'full', label: 'Full', meaning: 'All channels of the backbone in each expert: more to learn, more to compute.' },
]

export const headChoices: readonly Choice<RunRequest['head']>[] = [
  { value: 'cosine', label: 'Cosine', meaning: 'Compares directions only, so that frequent classes gain nothing by longer weights.' },
  { value: 'linear', label: 'Linear', meaning: 'A plain weighted sum with a bias.' },
]

export const fitChoices: readonly Choice<RunRequest['fit']>[] = [
  { value: 'pad', label: 'Pad', meaning: 'The whole image, with black bars to make a square.' },
  { value: 'crop', label: 'Crop', meaning: 'The square in the middle; what lies outside is not seen.' },
]

export const labelOf = <V extends string>(choices: readonly Choice<V>[], value: V): string =>
  choices.find((choice) => choice.value === value)?.label ?? value

const lossesThatReweight: ReadonlySet<RunRequest['loss']> = new Set(['ride', 'ride-collaborative', 'ldam-drw'])
export const reweights = (loss: RunRequest['loss']): boolean => lossesThatReweight.has(loss)

/** "3 experts: 0.78 M parameters, 2.1 times the time of one." */
export function costSentence(request: RunRequest, classes: number): string {
  const millions = (costOf(request, classes).parameters / 1e6).toFixed(2)
  if (request.experts === 1) return `1 expert: ${millions} M parameters.`
  return `${request.experts} experts: ${millions} M parameters, ${timesOfOneExpert(request, classes).toFixed(1)} times the time of one.`
}

/** What the paper measured, for the choice that it measured it with; empty for others. Source: RIDE, ICLR 2021, CIFAR-100-LT. */
export function publishedGain({ experts, loss }: Pick<RunRequest, 'experts' | 'loss'>): string {
  if (experts === 1 || loss !== 'ride') return ''
  return 'Published for 3 experts on CIFAR-100-LT: 25.7\u00a0% of images of rare classes right, against 10.6\u00a0% with plain cross entropy (RIDE, ICLR 2021). Other images gain more or less.'
}

const epochsOf = (count: number): string => (count === 1 ? '1 epoch' : `${count.toLocaleString('en')} epochs`)

/** What the recipe makes of the choices, as sentences in the order in which they happen. */
export function scheduleSentences(config: RunConfig): string[] {
  const steps = [...new Set(config.stepEpochs)].filter((epoch) => epoch < config.epochs)
  const sentences = [`Warms up for ${epochsOf(Math.min(config.warmupEpochs, config.epochs))}.`]
  if (steps.length > 0) sentences.push(`Learns in smaller steps after epoch ${steps.join(' and ')}.`)
  if (reweights(config.loss) && config.reweightEpoch < config.epochs) sentences.push(`Re-weights rare classes after epoch ${config.reweightEpoch}.`)
  else if (reweights(config.loss)) sentences.push(`Never re-weights rare classes: ${epochsOf(config.epochs)} ${config.epochs === 1 ? 'is' : 'are'} too few for it.`)
  return sentences
}

/**
 * Seconds that training may take, from a run that was measured on the same machine; images a second fall as the
 * multiply-accumulates rise.
 */
export function expectedSeconds(
  config: RunConfig,
  measured: { readonly config: RunConfig; readonly imagesPerSecond: number; readonly classes: number },
  project: { readonly classes: number; readonly trainImages: number },
): number {
  const work = totalMacs(config, project.classes) / totalMacs(measured.config, measured.classes)
  return (config.epochs * project.trainImages * work) / measured.imagesPerSecond
}

function totalMacs(request: RunRequest, classes: number): number {
  const { trunkMacs, expertMacs } = costOf(request, classes)
  return trunkMacs + request.experts * expertMacs
}

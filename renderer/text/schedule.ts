/** What the recipe makes of the choices, as sentences. */
import type { Moment, RunConfig } from '../../shared/recipe.ts'

const epochsOf = (count: number): string => (count === 1 ? '1 epoch' : `${count.toLocaleString('en')} epochs`)

/** In the order in which it happens. */
export function scheduleSentences(config: RunConfig): string[] {
  return config.stage === 'experts' ? [...beginning(config), ...steps(config), ...rareClasses(config)] : secondStage(config)
}

function beginning({ trunkFile, teacherRun, mixup, warmupEpochs, epochs }: RunConfig): string[] {
  return [
    ...(trunkFile === null ? [] : [`Starts from what fits of the weights in ${trunkFile.split(/[\\/]/).at(-1)}, which is read at the start.`]),
    ...(teacherRun === null ? [] : [`Learns from the answers of run ${teacherRun} too.`]),
    ...(mixup > 0 ? ['Blends every image with another.'] : []),
    `Warms up for ${epochsOf(Math.min(warmupEpochs, epochs))}.`,
  ]
}

function steps({ schedule, stepEpochs, epochs }: RunConfig): string[] {
  if (schedule === 'cosine') return ['Learns in ever smaller steps, along a cosine.']
  const taken = [...new Set(stepEpochs)].filter((epoch) => epoch < epochs)
  return taken.length > 0 ? [`Learns in smaller steps after epoch ${taken.join(' and ')}.`] : []
}

function rareClasses({ reweight, resample, reweightEpoch, epochs }: RunConfig): string[] {
  const done = (moment: Moment): string => [...(reweight === moment ? ['re-weights rare classes'] : []), ...(resample === moment ? ['shows every class equally often'] : [])].join(' and ')
  const [now, late] = [done('always'), done('deferred')]
  return [
    ...(now ? [`${capital(now)} from the start.`] : []),
    ...(late && reweightEpoch < epochs ? [`${capital(late)} after epoch ${reweightEpoch}.`] : []),
    ...(late && reweightEpoch >= epochs ? [`Never ${late}: ${epochsOf(epochs)} ${epochs === 1 ? 'is' : 'are'} too few for it.`] : []),
  ]
}

function secondStage({ stage, baseRun, epochs, tauNorm }: RunConfig): string[] {
  const kept = `The experts stay as run ${baseRun ?? '?'} left them.`
  if (stage === 'tau-norm') return [kept, `Each class’s weights are divided by their length to the power of ${tauNorm}; nothing is trained.`]
  const what = { router: 'a router learns when the next expert is worth asking', crt: 'new classifiers learn on top of them', lws: 'one scale for each class learns on top of them', experts: '' }[stage]
  return [kept, `For ${epochsOf(epochs)}, ${what}, every class shown equally often, in ever smaller steps.`]
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Top-1 in per cent as the paper's tables have it: with three RIDE experts against plain cross entropy (RIDE, ICLR 2021). */
const published: Readonly<Record<RunConfig['backbone'], string>> = {
  resnet32: 'Published for 3 experts on CIFAR-100-LT: 25.7\u00a0% of images of rare classes right, against 10.6\u00a0% with plain cross entropy (RIDE, ICLR 2021). Other images gain more or less.',
  resnet10: '',
  resnet50: 'Published for 3 experts on iNaturalist 2018: 71.2\u00a0% of images right, against 61.7\u00a0% with plain cross entropy (RIDE, ICLR 2021). Other images gain more or less.',
  resnext50: 'Published for 3 experts on ImageNet-LT: 36.0\u00a0% of images of rare classes right, against 7.7\u00a0% with plain cross entropy (RIDE, ICLR 2021). Other images gain more or less.',
}

/** What the paper measured, for the choice that it measured it with; empty for others. */
export function publishedGain({ experts, loss, backbone, sharedLayer3 }: Pick<RunConfig, 'experts' | 'loss' | 'backbone' | 'sharedLayer3'>): string {
  return experts === 1 || loss !== 'ride' || sharedLayer3 ? '' : published[backbone]
}

/** Choices that are known to hurt, that undo each other, or that nothing can be made of. */
import type { Run } from '../../../shared/contract/runs.ts'
import type { RunConfig } from '../../../shared/recipe.ts'
import { balances, labelOf, lossChoices } from './choices.ts'
import { blocking, plain, type Warning } from './warningsKinds.ts'

/** The ImageNet types halve an image five times; a smaller one leaves next to nothing of it. */
const smallestForImageNetTypes = 64

export function choiceWarnings(config: RunConfig, runs: readonly Run[]): Warning[] {
  return [...rareClassWarnings(config), ...expertWarnings(config), ...sizeWarnings(config), ...teacherWarnings(config, runs)]
}

function rareClassWarnings({ loss, reweight, resample }: RunConfig): Warning[] {
  const corrected = [...(reweight === 'never' ? [] : ['re-weighting']), ...(resample === 'never' ? [] : ['re-sampling'])]
  const warnings: Warning[] = []
  if (reweight === 'always') {
    warnings.push(plain('Re-weighting from the start teaches worse features than treating all images alike (Cao et al. 2019): the few images of rare classes pull too hard too early. Choose “Late”.'))
  }
  if (resample === 'always') {
    warnings.push(plain('Showing every class equally often from the start repeats the few images of rare classes until they are known by heart, and the features are worse for it (Kang et al. 2020). Choose “Late”, or re-train the classifier of a finished run (cRT) in Runs.'))
  }
  if (balances(loss) && corrected.length > 0) {
    warnings.push(plain(`${labelOf(lossChoices, loss)} makes up for the rarity of classes by itself, and with ${corrected.join(' and ')} it is made up for ${corrected.length === 1 ? 'twice' : 'three times'}: rare classes are guessed too often. Choose “Never” for ${corrected.length === 1 ? 'it' : 'both'}, or another loss.`))
  } else if (corrected.length === 2) {
    warnings.push(plain('Re-weighting and re-sampling together make up for the rarity of classes twice: rare classes are guessed too often. Choose “Never” for one of them.'))
  }
  return warnings
}

function expertWarnings({ loss, experts, tau }: RunConfig): Warning[] {
  if (experts > 1) return []
  if (loss === 'balpoe') return [plain(`BalPoE with one expert is plain logit adjustment with tau ${tau}: its balances are spread over several experts. Choose two experts or more.`)]
  if (loss === 'ride') return [plain('RIDE with one expert has no diversity, as there is nobody to differ from: only its margins are left. Choose two experts or more.')]
  return []
}

function sizeWarnings({ backbone, imageSize, accumulate, batchSize }: RunConfig): Warning[] {
  return [
    ...(backbone !== 'resnet32' && imageSize < smallestForImageNetTypes
      ? [blocking(`This backbone shrinks an image by 32 on its way, so ${imageSize} × ${imageSize} pixels leave nothing to tell classes by. Choose an image size of ${smallestForImageNetTypes} or more, or ResNet-32.`)]
      : []),
    ...(accumulate > batchSize / 2 ? [blocking(`A batch of ${batchSize} images cannot go through in ${accumulate} parts, because each needs two images at least. Choose at most ${Math.floor(batchSize / 2)} parts.`)] : []),
  ]
}

function teacherWarnings({ teacherRun, imageSize }: RunConfig, runs: readonly Run[]): Warning[] {
  const teacher = runs.find((run) => run.id === teacherRun)
  if (!teacher || teacher.config.imageSize === imageSize) return []
  const side = teacher.config.imageSize
  return [blocking(`Run ${teacher.id} knows images of ${side} × ${side} pixels and cannot teach a run on ${imageSize} × ${imageSize}: both see the very same images. Choose an image size of ${side}, or another teacher.`)]
}

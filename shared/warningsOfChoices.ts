/** Choices that are known to hurt, that undo each other, or that nothing can be made of. */
import type { Tail } from './contract/classes.ts'
import type { Run } from './contract/runs.ts'
import { lossNames } from './names.ts'
import { balances, type RunConfig } from './recipe.ts'
import { reasonAgainstTeacher, reasonsAgainstRecipe } from './refusals.ts'
import { blocking, plain, type Warning } from './warningsKinds.ts'

/** @param tail null while it is being asked for */
export function choiceWarnings(config: RunConfig, tail: Tail | null, runs: readonly Run[]): Warning[] {
  return [...rareClassWarnings(config), ...headWarnings(config), ...expertWarnings(config), ...reasonsAgainstRecipe(config).map(blocking), ...teacherWarnings(config, tail, runs)]
}

function rareClassWarnings({ loss, reweight, resample }: RunConfig): Warning[] {
  const corrected = [...(reweight === 'never' ? [] : ['re-weighting']), ...(resample === 'never' ? [] : ['re-sampling'])]
  const warnings: Warning[] = []
  if (reweight === 'always') {
    warnings.push(plain('Re-weighting from the start teaches worse features than treating all images alike (Cao et al. 2019): the few images of rare classes pull too hard too early. Let it begin late (deferred).'))
  }
  if (resample === 'always') {
    warnings.push(plain('Showing every class equally often from the start repeats the few images of rare classes until they are known by heart, and the features are worse for it (Kang et al. 2020). Let it begin late (deferred), or re-train the classifier of a finished run (cRT).'))
  }
  if (balances(loss) && corrected.length > 0) {
    warnings.push(plain(`${lossNames[loss]} makes up for the rarity of classes by itself, and with ${corrected.join(' and ')} it is made up for ${corrected.length === 1 ? 'twice' : 'three times'}: rare classes are guessed too often. Leave ${corrected.length === 1 ? 'it' : 'both'} out (never), or choose another loss.`))
  } else if (corrected.length === 2) {
    warnings.push(plain('Re-weighting and re-sampling together make up for the rarity of classes twice: rare classes are guessed too often. Leave one of them out (never).'))
  }
  return warnings
}

function headWarnings({ loss, head }: RunConfig): Warning[] {
  if (head === 'cosine' || !(loss === 'ldam-drw' || loss === 'ride' || loss === 'ride-collaborative')) return []
  return [plain('The margins of this loss are made for the cosine classifier, whose outputs are scaled by 30. A linear classifier’s are not, so the margins are large beside them. Choose the cosine classifier, or another loss.')]
}

function expertWarnings({ loss, experts, tau }: RunConfig): Warning[] {
  if (experts > 1) return []
  if (loss === 'balpoe') return [plain(`BalPoE with one expert is plain logit adjustment with tau ${tau}: its balances are spread over several experts. Choose two experts or more.`)]
  if (loss === 'ride') return [plain('RIDE with one expert has no diversity, as there is nobody to differ from: only its margins are left. Choose two experts or more.')]
  return []
}

function teacherWarnings(config: RunConfig, tail: Tail | null, runs: readonly Run[]): Warning[] {
  const teacher = runs.find(({ id }) => id === config.teacherRun)
  if (!teacher) return []
  const reason = reasonAgainstTeacher(teacher, config) ?? (tail && reasonOfClasses(teacher, tail))
  return reason === null ? [] : [blocking(reason)]
}

/** Whether they are the very same is checked on start. */
function reasonOfClasses({ id, classes }: Run, tail: Tail): string | null {
  const trained = tail.classes.filter(({ train }) => train > 0).length
  return classes === trained ? null : `Run ${id} cannot be learnt from, because it knows ${classes} classes and the training images have ${trained}. Choose a teacher of the same classes, or train one.`
}

/** Choices that nothing can be made of, in words: a form says them before a run is asked for, a start refuses with them. */
import type { Run } from './contract/runs.ts'
import type { RunConfig, SecondStage } from './recipe.ts'

/** The ImageNet types halve an image five times; a side below this leaves less than two cells to the last stage. */
const smallestOfImageNet = 64

type Known = Pick<Run, 'id' | 'status' | 'config'>

/** Why no training makes sense of a recipe; empty where one does. What merely hurts is for the person to decide. */
export function reasonsAgainstRecipe({ backbone, sharedLayer3, imageSize, accumulate, batchSize }: RunConfig): string[] {
  const reasons: string[] = []
  if (backbone === 'resnet32') {
    if (sharedLayer3) reasons.push('ResNet-32 ends with layer3, so experts that share it would be one and the same. Share layer3 on ResNet-10, ResNet-50 or ResNeXt-50, or leave it to the experts.')
  } else if (imageSize < smallestOfImageNet) {
    reasons.push(`ResNet-10, ResNet-50 and ResNeXt-50 shrink an image by 32 on its way, so images of ${square(imageSize)} leave nothing to tell classes by. Choose an image size of ${smallestOfImageNet} or more, or ResNet-32.`)
  }
  if (accumulate > batchSize / 2) {
    reasons.push(`A batch of ${batchSize} images cannot go through in ${accumulate} parts: batch norm needs two images in each at least. Choose at most ${Math.floor(batchSize / 2)} parts.`)
  }
  return reasons
}

/** Why a run is no teacher for a run that sees images of this size and fit; null where it is one. */
export function reasonAgainstTeacher({ id, status, config }: Known, { imageSize, fit }: Pick<RunConfig, 'imageSize' | 'fit'>): string | null {
  if (status !== 'finished') return `Run ${id} is ${status}, and only a finished run can be learnt from. Let it finish, or choose another teacher.`
  if (config.stage === 'router') {
    return `Run ${id} is a router, which leaves experts out; a teacher answers with all of them. ${config.baseRun === null ? 'Choose a run without a router.' : `Choose run ${config.baseRun}, which it stands on.`}`
  }
  if (config.imageSize !== imageSize) {
    return `Run ${id} was trained on images of ${square(config.imageSize)} and cannot teach a run on ${square(imageSize)}: it sees the very images that are learnt from. Choose the same image size, or another teacher.`
  }
  if (config.fit !== fit) {
    return `Run ${id} was trained on images that were ${fitWords[config.fit]} and cannot teach a run on images that are ${fitWords[fit]}: it sees the very images that are learnt from. Choose the same fit, or another teacher.`
  }
  return null
}

/** Why a second stage cannot stand on a run, as far as its configuration tells; null where it can. */
export function reasonAgainstStage({ id, status, config }: Known, stage: SecondStage): string | null {
  const { head, experts, baseRun } = config
  if (status !== 'finished') return `Run ${id} is ${status}, and a second stage stands on a finished run. Let it finish first.`
  if (config.stage === 'router') {
    return `Run ${id} is a router: nothing can be trained on top of one. ${baseRun === null ? 'Choose a run without a router.' : `Choose run ${baseRun}, which it stands on.`}`
  }
  if (stage === 'router') {
    if (experts === 1) return `Run ${id} has one expert, so there is nothing for a router to choose. Train a run with two experts or more.`
    if (config.stage === 'lws' && head === 'cosine') return `Run ${id} scales the outputs of a cosine classifier, which no weights can hold together with a router. Put the router on run ${baseRun}, which it stands on.`
  }
  if (stage === 'tau-norm' && head === 'cosine') return `Run ${id} has a cosine classifier, which divides the norms out already: tau-normalisation changes nothing. Train a run with a linear classifier.`
  return null
}

const fitWords = { pad: 'padded', crop: 'cropped' } as const satisfies Record<RunConfig['fit'], string>

function square(side: number): string {
  return `${side} x ${side}`
}

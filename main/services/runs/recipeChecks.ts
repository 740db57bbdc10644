/** Choices that no training can make sense of together. What merely hurts is for the person to decide. */
import { Failure } from '../../../shared/failure.ts'
import type { RunConfig } from '../../../shared/recipe.ts'

/** The ImageNet types halve the image five times; a side below this leaves less than two cells to the last stage. */
const smallestOfImageNet = 64

/** @throws Failure `invalid-input` that says what holds and what to choose */
export function refuseNonsense({ backbone, sharedLayer3, imageSize, accumulate, batchSize }: RunConfig): void {
  if (backbone === 'resnet32') {
    if (sharedLayer3) throw new Failure('invalid-input', 'ResNet-32 ends with layer3, so experts that share it would be one and the same. Share layer3 on ResNet-10, ResNet-50 or ResNeXt-50, or leave it to the experts.')
  } else if (imageSize < smallestOfImageNet) {
    throw new Failure('invalid-input', `ResNet-10, ResNet-50 and ResNeXt-50 shrink an image by 32 on its way, so images of ${imageSize} x ${imageSize} leave nothing to tell classes by. Choose an image size of ${smallestOfImageNet} or more, or ResNet-32.`)
  }
  if (accumulate > batchSize / 2) {
    throw new Failure('invalid-input', `A batch of ${batchSize} images cannot go through in ${accumulate} parts: batch norm needs two images in each at least. Choose at most ${Math.floor(batchSize / 2)} parts.`)
  }
}

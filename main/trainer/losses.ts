/**
 * The training losses: RIDE's and those it is compared and combined with. Whatever changes with the epoch comes in as a
 * fed tensor, so that one graph serves the whole run. Class weights apply to every one of them, by the classes of the
 * images.
 */
import { add, multiply, stopGradient } from './graph/arithmetic.ts'
import type { Tensor } from './graph/graph.ts'
import { balancedExperts, balancedSoftmax, logitAdjusted } from './losses/adjusted.ts'
import { focalLoss, weightedCrossEntropy } from './losses/crossEntropy.ts'
import type { LossConfig, LossInputs } from './losses/inputs.ts'
import { withMargins } from './losses/margins.ts'
import { divergenceOf, rideLoss } from './losses/ride.ts'
import { meanOf } from './models/model.ts'

/** As in the comparisons of the LDAM paper's code, on the same images; Lin et al. 2017 themselves take 2, for detection. */
const focalGamma = 1

/** The training loss, a scalar. RIDE's is a sum over the experts, BalPoE's a mean; the others are of the mean logits. */
export function lossOf(config: LossConfig, inputs: LossInputs): Tensor {
  const { logits, labels } = inputs
  switch (config.loss) {
    case 'ride':
      return rideLoss(config, inputs)
    case 'ride-collaborative':
      return rideLoss({ ...config, diversityFactor: 0 }, inputs)
    case 'ldam-drw':
      return weightedCrossEntropy(withMargins(meanOf(logits), labels, config), inputs)
    case 'ce':
      return weightedCrossEntropy(meanOf(logits), inputs)
    case 'focal':
      return focalLoss(meanOf(logits), inputs, focalGamma)
    case 'balanced-softmax':
      return balancedSoftmax(config, inputs)
    case 'logit-adjusted':
      return logitAdjusted(config, inputs)
    case 'balpoe':
      return balancedExperts(config, inputs)
  }
}

/**
 * A loss with a teacher, who looks at the images alone, whatever labels the loss is of: for every expert, the whole
 * loss plus tau^2 KL(teacher || mean student). RIDE's authors add the whole loss, in which the experts are summed
 * already, once for every expert; the same rule holds for the other losses, so that teacher and labels weigh against
 * each other alike.
 * @param teacher mean logits, [n, classes]
 * @param temperature tau: divides the logits of both
 */
export function taught(loss: Tensor, logits: LossInputs['logits'], teacher: Tensor, temperature: number): Tensor {
  const student = multiply(meanOf(logits), 1 / temperature)
  const divergence = divergenceOf(multiply(stopGradient(teacher), 1 / temperature), student)
  return multiply(add(loss, multiply(divergence, temperature * temperature)), logits.length)
}

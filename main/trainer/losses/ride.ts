/** The loss of RIDE's first stage (Wang et al., ICLR 2021, section 3). */
import { add, divide, multiply, power, stopGradient, subtract, sumOf } from '../graph/arithmetic.ts'
import type { Tensor } from '../graph/graph.ts'
import { mean } from '../graph/mean.ts'
import { sum } from '../graph/reduce.ts'
import { logSoftmax, softmax } from '../graph/softmax.ts'
import { meanOf } from '../models/model.ts'
import { weightedCrossEntropy } from './crossEntropy.ts'
import type { LossConfig, LossInputs } from './inputs.ts'
import { withMargins } from './margins.ts'

/**
 * Equation 5 summed over the experts: margin cross entropy, and lambda times the divergence from the experts' mean.
 * Without diversity the margin loss is taken on the mean logits instead, once for every expert.
 */
export function rideLoss(config: LossConfig, inputs: LossInputs): Tensor {
  const { logits, labels, temperature } = inputs
  const together = meanOf(logits)
  if (config.diversityFactor === 0) {
    return multiply(weightedCrossEntropy(withMargins(together, labels, config), inputs), logits.length)
  }
  const temperatureSquared = power(mean(temperature), 2)
  const fixed = divide(stopGradient(together), temperature)
  const terms = logits.map((own) => {
    const margin = weightedCrossEntropy(withMargins(own, labels, config), inputs)
    const divergence = multiply(temperatureSquared, divergenceOf(fixed, divide(own, temperature)))
    return add(margin, multiply(divergence, config.diversityFactor))
  })
  return sumOf(terms as [Tensor, ...Tensor[]])
}

/** KL(softmax(target) || softmax(logits)), batch mean. */
export function divergenceOf(target: Tensor, logits: Tensor): Tensor {
  const distance = multiply(softmax(target), subtract(logSoftmax(target), logSoftmax(logits))) // [n, classes]
  return mean(sum(distance, [1]))
}

/** T_c = C p_c r + 1 - r over its largest: rare classes are told apart more sharply (section 3.2). */
export function temperatureOf(classCounts: readonly number[], spread: number): Float32Array {
  const total = classCounts.reduce((whole, count) => whole + count, 0)
  const raw = classCounts.map((count) => (classCounts.length * count * spread) / total + 1 - spread)
  const largest = Math.max(...raw)
  return Float32Array.from(raw, (temperature) => temperature / largest)
}

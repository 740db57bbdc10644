/**
 * The losses of RIDE (Wang et al., ICLR 2021, section 3) and its baselines. Whatever changes with the epoch comes in as
 * a fed tensor, so that one graph serves the whole run.
 */
import type { Loss } from '../../shared/recipe.ts'
import { add, divide, exponential, multiply, power, stopGradient, subtract, sumOf } from './graph/arithmetic.ts'
import { constant, type Tensor } from './graph/graph.ts'
import { mean } from './graph/mean.ts'
import { sum } from './graph/reduce.ts'
import { reshape, gather, oneHot } from './graph/shaping.ts'
import { crossEntropy, logSoftmax, softmax } from './graph/softmax.ts'
import { meanOf } from './models/model.ts'

export interface LossConfig {
  readonly loss: Loss
  /** Training images of each class. */
  readonly classCounts: readonly number[]
  readonly scale: number
  readonly maxMargin: number
  readonly diversityFactor: number
}

export interface LossInputs {
  /** Every expert's, [n, classes]. */
  readonly logits: readonly [Tensor, ...Tensor[]]
  /** int32 [n] */
  readonly labels: Tensor
  /** Weight of each class, [classes]: all 1 before the re-weighting. */
  readonly classWeights: Tensor
  /** Temperature of each class, [classes]: all 1 before the re-weighting. */
  readonly temperature: Tensor
}

const focalGamma = 1

/** The training loss, a scalar. */
export function lossOf(config: LossConfig, inputs: LossInputs): Tensor {
  const { logits, labels, classWeights } = inputs
  switch (config.loss) {
    case 'ride':
      return rideLoss(config, inputs)
    case 'ride-collaborative':
      return rideLoss({ ...config, diversityFactor: 0 }, inputs)
    case 'ldam-drw':
      return weightedCrossEntropy(withMargins(meanOf(logits), labels, config), labels, classWeights)
    case 'ce':
      return mean(crossEntropy(meanOf(logits), labels))
    case 'focal':
      return focalLoss(meanOf(logits), labels, focalGamma)
    default:
      throw new Error(`There is no loss ${config.loss}.`)
  }
}

/**
 * Equation 5 summed over the experts: margin cross entropy, and lambda times the divergence from the experts' mean.
 * Without diversity the margin loss is taken on the mean logits instead, once for every expert.
 */
function rideLoss(config: LossConfig, { logits, labels, classWeights, temperature }: LossInputs): Tensor {
  const together = meanOf(logits)
  if (config.diversityFactor === 0) {
    return multiply(weightedCrossEntropy(withMargins(together, labels, config), labels, classWeights), logits.length)
  }
  const temperatureSquared = power(mean(temperature), 2)
  const fixed = divide(stopGradient(together), temperature)
  const terms = logits.map((own) => {
    const margin = weightedCrossEntropy(withMargins(own, labels, config), labels, classWeights)
    const divergence = multiply(temperatureSquared, divergenceOf(fixed, divide(own, temperature)))
    return add(margin, multiply(divergence, config.diversityFactor))
  })
  return sumOf(terms as [Tensor, ...Tensor[]])
}

/**
 * RIDE's loss with a teacher: for every expert, the whole loss plus tau^2 KL(teacher || mean student). The authors'
 * loop adds the whole loss once for every expert.
 */
export function distillationLoss(config: LossConfig, inputs: LossInputs, teacher: Tensor, tau: number): Tensor {
  const student = multiply(meanOf(inputs.logits), 1 / tau)
  const divergence = divergenceOf(multiply(stopGradient(teacher), 1 / tau), student)
  return multiply(add(lossOf(config, inputs), multiply(divergence, tau * tau)), inputs.logits.length)
}

/** LDAM (Cao et al. 2019): the true class's logit less s times the class's margin. */
function withMargins(logits: Tensor, labels: Tensor, { classCounts, scale, maxMargin }: LossConfig): Tensor {
  const margins = marginsOf(classCounts, maxMargin).map((margin) => margin * scale)
  const own = gather(constant(logits.operation.graph, margins, [margins.length]), labels) // [n]
  return subtract(logits, multiply(oneHot(labels, margins.length), reshape(own, [-1, 1])))
}

/** The mean weighted by each image's class: sum(w ce) / sum(w). */
function weightedCrossEntropy(logits: Tensor, labels: Tensor, classWeights: Tensor): Tensor {
  const weights = gather(classWeights, labels) // [n]
  return divide(sum(multiply(crossEntropy(logits, labels), weights)), sum(weights))
}

/** (1 - p)^gamma times the cross entropy, p the probability of the true class (Lin et al. 2017). */
function focalLoss(logits: Tensor, labels: Tensor, gamma: number): Tensor {
  const surprise = crossEntropy(logits, labels)
  const miss = add(multiply(exponential(multiply(surprise, -1)), -1), 1)
  return mean(multiply(power(miss, gamma), surprise))
}

/** KL(softmax(target) || softmax(logits)), batch mean. */
function divergenceOf(target: Tensor, logits: Tensor): Tensor {
  const distance = multiply(softmax(target), subtract(logSoftmax(target), logSoftmax(logits))) // [n, classes]
  return mean(sum(distance, [1]))
}

/** m_c = n_c^(-1/4), the largest scaled to `maxMargin`. A class without images counts as one with one. */
function marginsOf(classCounts: readonly number[], maxMargin: number): Float32Array {
  const raw = classCounts.map((count) => Math.max(count, 1) ** -0.25)
  const largest = Math.max(...raw)
  return Float32Array.from(raw, (margin) => (margin * maxMargin) / largest)
}

/**
 * Weights by the effective number of images (Cui et al. 2019), (1 - b) / (1 - b^n_c), scaled to sum to the number of
 * classes. A class without images counts as one with one.
 */
export function classWeightsOf(classCounts: readonly number[], beta: number): Float32Array {
  const raw = classCounts.map((count) => (1 - beta) / (1 - beta ** Math.max(count, 1)))
  const total = raw.reduce((whole, weight) => whole + weight, 0)
  return Float32Array.from(raw, (weight) => (weight * classCounts.length) / total)
}

/** T_c = C p_c r + 1 - r over its largest: rare classes are told apart more sharply (section 3.2). */
export function temperatureOf(classCounts: readonly number[], spread: number): Float32Array {
  const total = classCounts.reduce((whole, count) => whole + count, 0)
  const raw = classCounts.map((count) => (classCounts.length * count * spread) / total + 1 - spread)
  const largest = Math.max(...raw)
  return Float32Array.from(raw, (temperature) => temperature / largest)
}

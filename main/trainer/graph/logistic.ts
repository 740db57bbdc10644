/** Yes or no: the probability of yes from its log odds, and what an answer costs. */
import { add, multiply, subtract } from './arithmetic.ts'
import { apply, typed, type Tensor } from './graph.ts'

/** dx = dy y (1 - y) */
export function sigmoid(x: Tensor): Tensor {
  return apply('Sigmoid', [x], x.shape, ([dy], { outputs: [y] }) => [multiply(dy!, subtract(y!, multiply(y!, y!)))], typed(x))
}

/** log(1 + e^x), whose slope is the sigmoid. */
export function softplus(x: Tensor): Tensor {
  return apply('Softplus', [x], x.shape, ([dy]) => [multiply(dy!, sigmoid(x))], typed(x))
}

/**
 * -p t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x)), as (1 - t) x + (1 + (p - 1) t) log(1 + e^-x), which no large x
 * overflows.
 * @param targets 0 or 1, of the shape of x
 * @param positiveWeight p
 */
export function binaryCrossEntropy(x: Tensor, targets: Tensor, positiveWeight: number): Tensor {
  const negative = add(multiply(targets, -1), 1)
  const weight = add(multiply(targets, positiveWeight - 1), 1)
  return add(multiply(negative, x), multiply(weight, softplus(multiply(x, -1))))
}

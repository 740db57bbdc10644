/**
 * Expert assignment (section 3.3 of the paper): after every expert but the last, a small network tells from that
 * expert's feature and from the best logits so far whether the next expert is worth asking.
 */
import { routerHiddenUnits } from '../../shared/routing.ts'
import { cast, relu } from './graph/arithmetic.ts'
import { besideEachOther } from './graph/concat.ts'
import type { Tensor } from './graph/graph.ts'
import { normalize } from './graph/layers.ts'
import { binaryCrossEntropy, sigmoid } from './graph/logistic.ts'
import { both, choose, either, equal, isAbove, not } from './graph/logic.ts'
import { mean } from './graph/mean.ts'
import { reshape } from './graph/shaping.ts'
import { topK } from './graph/softmax.ts'
import type { Layers } from './models/layers.ts'
import { meanOf, type Model } from './models/model.ts'

const prefix = 'expert_help_pred'

/** Whether a variable is the router's. */
export const isRouter = (name: string): boolean => name.startsWith(prefix)

/** Log odds, after an expert, that the next is needed: [n]. */
export type Router = (e: number, features: Tensor, meanLogits: Tensor) => Tensor

/** @param topLogits how many of the running mean logits it sees: the largest, at most as many as there are classes */
export function routerOf({ linear }: Pick<Layers, 'linear'>, topLogits: number): Router {
  return (e, features, meanLogits) => {
    const hidden = relu(linear(normalize(features, 1), `${prefix}_hidden_fcs.${e}`, routerHiddenUnits)) // [n, 16]
    const top = topK(meanLogits, Math.min(topLogits, meanLogits.shape[1]!)).values // [n, k]
    return reshape(linear(besideEachOther([top, hidden]), `${prefix}_fc`, 1), [-1])
  }
}

export interface ScoredExperts {
  readonly logits: readonly [Tensor, ...Tensor[]]
  /** Of the first expert, the first two, and so on to all. */
  readonly means: readonly [Tensor, ...Tensor[]]
  /** Log odds after each expert but the last, whether or not it comes to that. */
  readonly needs: readonly Tensor[]
}

/** Every expert asked, and every decision taken. */
export function scoredExperts({ trunk, features, logits }: Model, router: Router, experts: number, images: Tensor): ScoredExperts {
  const shared = trunk(images)
  const pooled = Array.from({ length: experts }, (_, e) => features(shared, e))
  const own = pooled.map((feature, e) => logits(feature, e)) as [Tensor, ...Tensor[]]
  const means = own.map((_, e) => meanOf(own.slice(0, e + 1) as [Tensor, ...Tensor[]])) as [Tensor, ...Tensor[]]
  return { logits: own, means, needs: pooled.slice(0, -1).map((feature, e) => router(e, feature, means[e]!)) }
}

/**
 * What the network answers if it stops where no other expert is worth asking, from all experts' logits: [n, classes].
 * @param threshold a scalar: the next expert counts where the router's sigmoid is above it
 */
export function decided({ means, needs }: ScoredExperts, threshold: Tensor): Tensor {
  return needs.reduceRight((later, need, e) => choose(reshape(isAbove(sigmoid(need), threshold), [-1, 1]), later, means[e]!), means.at(-1)!)
}

/**
 * Another expert is needed where the mean so far is wrong and some later mean is right: 0 or 1 for each decision, [n].
 * @param labels int32 [n]
 */
function needed(means: readonly Tensor[], labels: Tensor): Tensor[] {
  const right = means.map((logits) => equal(reshape(topK(logits, 1).indices, [-1]), labels))
  return right.slice(0, -1).map((now, e) => cast(both(not(now), right.slice(e + 1).reduce(either)), 'float32'))
}

/** The mean over the decisions of each one's mean binary cross entropy, those who need another expert weighing more. */
export function routerLoss({ means, needs }: ScoredExperts, labels: Tensor, positiveWeight: number): Tensor {
  const targets = needed(means, labels)
  const terms = needs.map((need, e) => mean(binaryCrossEntropy(need, targets[e]!, positiveWeight)))
  return meanOf(terms as [Tensor, ...Tensor[]])
}

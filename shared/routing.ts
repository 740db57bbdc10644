/**
 * What a router makes of images at any threshold, from what was kept of them: every expert's logits, and the router's
 * score after each expert but the last. In step with what the network itself answers (main/trainer/routed.ts).
 */

/** The authors' threshold: the next expert is asked where it is more likely to help than not. */
export const usualThreshold = 0.5

/** Units of the layer that a router has for each expert but the last (Wang et al. 2021, section 3.3). */
export const routerHiddenUnits = 16

/** Decisions taken for an image: one after every expert asked but, if it comes to that, the last. */
export function decisionsMade(asked: number, experts: number): number {
  return Math.min(asked, experts - 1)
}

/**
 * Experts asked for each image: the next one for as long as the score is above the threshold.
 * @param scores [image][decision]
 * @param experts one more than there are decisions, and two at least
 */
export function expertsAsked(scores: Float32Array, experts: number, threshold: number): Uint8Array {
  const decisions = experts - 1
  // The network compares in float32.
  const above = Math.fround(threshold)
  return Uint8Array.from({ length: scores.length / decisions }, (_, n) => {
    const stops = scores.subarray(n * decisions, (n + 1) * decisions).findIndex((score) => score <= above)
    return (stops === -1 ? decisions : stops) + 1
  })
}

/**
 * Mean logits of the first experts of one image, in float32, added up in their order as the network does.
 * @param logits [expert][class]
 * @param asked how many of them, 1 at least
 */
export function meanOfFirst(logits: readonly Float32Array[], asked: number): Float32Array {
  const mean = new Float32Array(logits[0]!)
  for (let e = 1; e < asked; e++) {
    const own = logits[e]!
    for (let c = 0; c < mean.length; c++) mean[c]! += own[c]!
  }
  const share = Math.fround(1 / asked)
  for (let c = 0; c < mean.length; c++) mean[c]! *= share
  return mean
}

/** The class of the largest logit; of equal ones the first. */
export function bestClass(logits: Float32Array): number {
  let best = 0
  for (let c = 1; c < logits.length; c++) if (logits[best]! < logits[c]!) best = c
  return best
}

/** The classes of the largest logits, best first; of equal ones the first. */
export function bestClasses(logits: Float32Array, count: number): number[] {
  const found: number[] = []
  for (let c = 0; c < logits.length; c++) {
    // Most of many classes are no better than the last of those found.
    if (found.length === count && !(logits[found[count - 1]!]! < logits[c]!)) continue
    const rank = found.findIndex((other) => logits[other]! < logits[c]!)
    found.splice(rank === -1 ? found.length : rank, 0, c)
    if (found.length > count) found.pop()
  }
  return found
}

/** Softmax, of one class at a time: the sum over all of them is taken once. */
export function probabilitiesOf(logits: Float32Array): (c: number) => number {
  const largest = logits[bestClass(logits)]!
  let sum = 0
  for (let c = 0; c < logits.length; c++) sum += Math.exp(logits[c]! - largest)
  return (c) => Math.exp(logits[c]! - largest) / sum
}

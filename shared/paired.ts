/** Two runs on the same images: what changed, and whether more than chance would change. */
import { wilsonInterval } from './metrics.ts'

/** Images that both runs were asked of, by what each of them answered: the first before, the second after. */
export interface PairedCounts {
  readonly stayedRight: number
  readonly turnedRight: number
  readonly turnedWrong: number
  readonly stayedWrong: number
}

/** A share in [0, 1] with its 95 % interval. */
export interface Estimate {
  readonly share: number
  readonly low: number
  readonly high: number
}

export interface Paired extends PairedCounts {
  readonly images: number
  /** Accuracy of each run; null where there is no image. */
  readonly before: Estimate | null
  readonly after: Estimate | null
  /** `after` less `before`, with its paired 95 % interval. */
  readonly difference: Estimate | null
  /** Of McNemar's exact test: how often chance alone turns images so unevenly, were both runs equally good. */
  readonly p: number | null
}

export function pairedOf(counts: PairedCounts): Paired {
  const { stayedRight, turnedRight, turnedWrong, stayedWrong } = counts
  const images = stayedRight + turnedRight + turnedWrong + stayedWrong
  const none = { ...counts, images, before: null, after: null, difference: null, p: null }
  return images === 0 ? none : { ...none, before: estimate(stayedRight + turnedWrong, images), after: estimate(stayedRight + turnedRight, images), difference: differenceOf(counts), p: exactMcNemar(turnedRight, turnedWrong) }
}

function estimate(right: number, images: number): Estimate {
  const [low, high] = wilsonInterval(right, images)!
  return { share: right / images, low, high }
}

/**
 * McNemar's test without approximation, two-sided: of the images that turned, each is as likely to turn right as wrong
 * where both runs are equally good, so that twice the smaller tail of Binomial(turned, 1/2) is p (Fagerland, Lydersen and
 * Laake 2013, BMC Medical Research Methodology 13:91, equation 3). In logarithms, as 2^-n is no number from n = 1,075 on.
 */
export function exactMcNemar(turnedRight: number, turnedWrong: number): number {
  const turned = turnedRight + turnedWrong
  const fewer = Math.min(turnedRight, turnedWrong)
  const logOfLargest = logFactorial(turned) - logFactorial(fewer) - logFactorial(turned - fewer) - turned * Math.LN2
  // Each probability from the one above it, as long as it still counts.
  let sum = 1
  let term = 1
  for (let k = fewer; k > 0 && term > sum * Number.EPSILON; k--) {
    term *= k / (turned - k + 1)
    sum += term
  }
  return Math.min(1, 2 * Math.exp(logOfLargest + Math.log(sum)))
}

/** Exact sums below, Stirling's series with three terms from there on, whose error is then below 10^-13. */
const summedBelow = 32

function logFactorial(n: number): number {
  if (n < summedBelow) {
    let product = 1
    for (let k = 2; k <= n; k++) product *= k
    return Math.log(product)
  }
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5)
}

/**
 * Newcombe's square-and-add interval with his correction of phi (1998, Statistics in Medicine 17: 2635-2650, method 10):
 * two Wilson intervals joined by how much the two runs' answers go together.
 */
function differenceOf({ stayedRight, turnedRight, turnedWrong, stayedWrong }: PairedCounts): Estimate {
  const images = stayedRight + turnedRight + turnedWrong + stayedWrong
  const after = estimate(stayedRight + turnedRight, images)
  const before = estimate(stayedRight + turnedWrong, images)
  const share = (turnedRight - turnedWrong) / images
  const phi = phiOf(stayedRight, turnedRight, turnedWrong, stayedWrong)
  const joined = (one: number, other: number): number => Math.sqrt(Math.max(0, one * one - 2 * phi * one * other + other * other))
  const low = share - joined(after.share - after.low, before.high - before.share)
  const high = share + joined(after.high - after.share, before.share - before.low)
  return { share, low: Math.max(-1, low), high: Math.min(1, high) }
}

function phiOf(a: number, b: number, c: number, d: number): number {
  const margins = Math.sqrt(a + b) * Math.sqrt(c + d) * Math.sqrt(a + c) * Math.sqrt(b + d)
  if (margins === 0) return 0
  const excess = a * d - b * c
  return (excess > 0 ? Math.max(0, excess - (a + b + c + d) / 2) : excess) / margins
}

/**
 * Answers for another mix of classes than a run was trained on, without training: offsets that are added to the mean logits,
 *
 *   z'_c = z_c - tau log(pi_c) + log(q_c / u),   u = 1 / C.
 *
 * The first takes the training images' own mix pi out of the logits (logit adjustment after training, Menon et al. 2021,
 * "Long-tail learning via logit adjustment", equation 9), the second puts the mix q in that is expected in the field
 * (Saerens et al. 2002, "Adjusting the outputs of a classifier to new a priori probabilities", equation 2.4). With tau 0
 * and an even q the run answers as it did.
 */
import * as v from 'valibot'
import { IdSchema } from './contract/common.ts'

export const mostTau = 3

/** A typed share of a class; those that are not typed share the rest as the slider says. */
const TypedShareSchema = v.object({ classId: IdSchema, share: v.pipe(v.number('expected a number'), v.minValue(0, 'expected 0 to 1'), v.maxValue(1, 'expected 0 to 1')) })

/** Decimal fractions that come to 1 on paper come to a little more or less in binary. */
const roundingOfSum = 1e-6

export const DialSchema = v.object({
  /** Strength of the logit adjustment: 0 none, 1 all of the training images' mix. */
  tau: v.pipe(v.number('expected a number'), v.minValue(0, `expected 0 to ${mostTau}`), v.maxValue(mostTau, `expected 0 to ${mostTau}`)),
  /** m of q proportional to n^m: 1 as in training, 0 even, -1 the tail as frequent as the head was. */
  mix: v.pipe(v.number('expected a number'), v.minValue(-1, 'expected -1 to 1'), v.maxValue(1, 'expected -1 to 1')),
  shares: v.pipe(
    v.array(TypedShareSchema),
    v.maxLength(100_000, 'expected at most 100,000 shares'),
    v.check((shares) => new Set(shares.map(({ classId }) => classId)).size === shares.length, 'expected one share for a class'),
    v.check((shares) => sumOf(shares) <= 1 + roundingOfSum, 'expected shares that come to 1 at most'),
  ),
})
export type Dial = v.InferOutput<typeof DialSchema>

export const neutralDial: Dial = { tau: 0, mix: 0, shares: [] }

export function isNeutral({ tau, mix, shares }: Dial): boolean {
  return tau === 0 && mix === 0 && shares.length === 0
}

/** A class of the run; `train` counts the images it was trained on. */
export interface DialedClass {
  readonly classId: number
  readonly train: number
}

/** Of a class that the field is said not to hold: so little that nothing plausible is taken for it, and a logarithm all the same. */
const leastShare = 1e-9

/** q: the share of each class in the field, in the order of the classes; they come to 1, and none is 0. */
export function fieldMix(classes: readonly DialedClass[], { mix, shares }: Pick<Dial, 'mix' | 'shares'>): number[] {
  const typed = new Map(shares.map(({ classId, share }) => [classId, share]))
  const weights = classes.map(({ classId, train }) => (typed.has(classId) ? 0 : countOf(train) ** mix))
  const untyped = sum(weights)
  const given = sum(classes.map(({ classId }) => typed.get(classId) ?? 0))
  const rest = untyped > 0 ? Math.max(0, 1 - given) : 0
  return comingToOne(classes.map(({ classId }, c) => typed.get(classId) ?? (rest * weights[c]!) / untyped))
}

/** What is added to the mean logits, in the order of the classes: in float32, as networks add. */
export function logitOffsets(classes: readonly DialedClass[], dial: Dial): Float32Array<ArrayBuffer> {
  const all = sum(classes.map(({ train }) => countOf(train)))
  const even = Math.log(1 / classes.length)
  const field = fieldMix(classes, dial)
  return Float32Array.from(classes, ({ train }, c) => Math.log(field[c]!) - even - dial.tau * Math.log(countOf(train) / all))
}

/**
 * The setting that comes to the same answers as these offsets do, whatever the classes' training images: what is added to
 * all logits alike changes none, so any offsets are those of some mix.
 */
export function dialOfOffsets(classIds: readonly number[], offsets: ArrayLike<number>): Dial {
  const largest = Array.from(offsets).reduce((most, offset) => Math.max(most, offset), -Infinity)
  const shares = comingToOne(classIds.map((_, c) => Math.exp(offsets[c]! - largest)))
  return { tau: 0, mix: 0, shares: classIds.map((classId, c) => ({ classId, share: shares[c]! })) }
}

/** Adds the offsets to the mean logits of one image, in place. */
export function adjust(mean: Float32Array, offsets: Float32Array): void {
  for (let c = 0; c < mean.length; c++) mean[c]! += offsets[c]!
}

/** The class of the largest adjusted logit of the image whose mean logits begin at `from`; of equal ones the first. */
export function bestAdjusted(means: Float32Array, from: number, offsets: Float32Array): number {
  let best = 0
  let largest = Math.fround(means[from]! + offsets[0]!)
  for (let c = 1; c < offsets.length; c++) {
    const value = Math.fround(means[from + c]! + offsets[c]!)
    if (value > largest) {
      best = c
      largest = value
    }
  }
  return best
}

export interface ExpectedAccuracy {
  /** Sum over the classes of q_c recall_c; null where no class has an image. */
  readonly accuracy: number | null
  /** The part of the field that it speaks of: the shares of the classes that have images here. */
  readonly covered: number
}

/** What share of the field's images would be right, if each class were recognised there as often as here. */
export function expectedAccuracy(recalls: readonly (number | null)[], field: readonly number[]): ExpectedAccuracy {
  let right = 0
  let covered = 0
  for (const [c, recall] of recalls.entries()) {
    if (recall === null) continue
    right += field[c]! * recall
    covered += field[c]!
  }
  return { accuracy: covered > 0 ? right / covered : null, covered }
}

/** Mean recall of the classes that have images: every class counts as much as any other. */
export function balancedAccuracy(recalls: readonly (number | null)[]): number | null {
  const known = recalls.filter((recall) => recall !== null)
  return known.length > 0 ? sum(known) / known.length : null
}

/** "tau 0.6, mix tail-heavy 0.3": the setting wherever a run's figures are, in windows and at the command line alike. */
export function dialWords({ tau, mix, shares }: Dial): string {
  const typed = shares.length > 0 ? [`${shares.length} typed ${shares.length === 1 ? 'share' : 'shares'}`] : []
  return [`tau ${short(tau)}`, mixWords(mix), ...typed].join(', ')
}

/** That a run answers otherwise than it was trained to, beside its figures. */
export const adjustedWords = (dial: Dial): string => `answers adjusted: ${dialWords(dial)}`

function mixWords(mix: number): string {
  if (mix === 0) return 'mix even'
  return `mix ${mix > 0 ? 'head' : 'tail'}-heavy ${short(Math.abs(mix))}`
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** A class without training images is no class to the logarithm: it counts as one of one image. */
function countOf(train: number): number {
  return Math.max(1, train)
}

function comingToOne(shares: readonly number[]): number[] {
  const floored = shares.map((share) => Math.max(leastShare, share))
  const all = sum(floored)
  // An even mix stays even to the bit.
  return Math.abs(all - 1) < 1e-12 ? floored : floored.map((share) => share / all)
}

function sumOf(shares: readonly { readonly share: number }[]): number {
  return sum(shares.map(({ share }) => share))
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}

/**
 * Random numbers as a pure function of what they are for. A run that is killed and resumed, or that reads its images in
 * another order, draws the same ones: nothing has to be saved but the seed.
 */

/** A 32-bit word that depends on every bit of every key. */
export function randomWord(...keys: readonly number[]): number {
  let word = 0x9e3779b9
  for (const key of keys) word = withKey(word, key)
  return word
}

/** The word of the same keys and one more. Millions of draws that differ in their last keys alone start from one word. */
export function withKey(word: number, key: number): number {
  return avalanche((word ^ (key >>> 0)) + 0x6d2b79f5)
}

/** Uniform in [0, 1). */
export function uniform(...keys: readonly number[]): number {
  return uniformOf(randomWord(...keys))
}

/** Uniform in [0, 1), of a word. */
export function uniformOf(word: number): number {
  return word / 2 ** 32
}

/** Uniform among 0, 1, ... n - 1. */
export function below(n: number, ...keys: readonly number[]): number {
  return Math.floor(uniform(...keys) * n)
}

/** Standard normal, by Box and Muller, of the word of a draw's keys. */
export function normalOf(word: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformOf(withKey(word, 0))))
  return radius * Math.cos(2 * Math.PI * uniformOf(withKey(word, 1)))
}

/** Beta(alpha, alpha) in [0, 1], by Jöhnk: of two powers of uniforms whose sum is at most 1, the share of the first. */
export function symmetricBeta(alpha: number, ...keys: readonly number[]): number {
  for (let attempt = 0; ; attempt++) {
    // Logarithms, because the powers may both be too small for a number where alpha is small.
    const [x, y] = [0, 1].map((which) => Math.log(1 - uniform(...keys, attempt, which)) / alpha) as [number, number]
    if (Math.exp(x) + Math.exp(y) <= 1) return 1 / (1 + Math.exp(y - x))
  }
}

/** 0, 1, ... n - 1 in an order drawn from the keys (Fisher and Yates). */
export function permutation(n: number, ...keys: readonly number[]): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i)
  for (let last = n - 1; last > 0; last--) {
    const other = below(last + 1, ...keys, last)
    const swapped = order[last]!
    order[last] = order[other]!
    order[other] = swapped
  }
  return order
}

/** What a draw is for, so that no two purposes share numbers. */
export const purposes = { order: 1, augmentation: 2, weights: 3, classes: 4, imagesOfClass: 5, mixupWeight: 6, mixupPartners: 7 } as const

/** Mixes a word so that one changed bit changes about half of the result. */
function avalanche(word: number): number {
  let mixed = word >>> 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

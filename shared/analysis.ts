/**
 * Bias and variance of several classifiers' 0/1 loss (Domingos, "A Unified Bias-Variance Decomposition", ICML 2000), as
 * section 3 of the RIDE paper compares long-tailed classifiers by. Without noise: labels are taken for true.
 */
import type { Spread } from './contract/analysis.ts'
import { groups, type Group } from './tail.ts'

/**
 * The most frequent answers: one, or several that are equally frequent. Each of those counts for its share, so that
 * neither the order of the members nor any class decides.
 */
export function mainAnswers(answers: readonly number[]): number[] {
  const counts = new Map<number, number>()
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  const most = Math.max(...counts.values())
  return [...counts].flatMap(([answer, count]) => (count === most ? [answer] : []))
}

/**
 * Error, bias and variance over all images, then over those of each group: null where a group has no image.
 * @param members classes that each member answered: [members][images]
 * @param actual true class of each image
 * @param groupOfImage group of each image's true class
 */
export function spreadsOf(members: readonly ArrayLike<number>[], actual: ArrayLike<number>, groupOfImage: readonly Group[]): Spread[] {
  const sums = new Map((['all', ...groups] as const).map((group) => [group, { images: 0, error: 0, bias: 0, variance: 0 }]))
  for (let image = 0; image < actual.length; image++) {
    const answers = members.map((member) => member[image]!)
    const mains = mainAnswers(answers)
    const error = shareOf(answers, (answer) => answer !== actual[image])
    const bias = shareOf(mains, (main) => main !== actual[image])
    // Every one of them is as frequent, so all have the same variance.
    const variance = shareOf(answers, (answer) => answer !== mains[0])
    for (const sum of [sums.get('all')!, sums.get(groupOfImage[image]!)!]) {
      sum.images += 1
      sum.error += error
      sum.bias += bias
      sum.variance += variance
    }
  }
  return [...sums].map(([group, { images, error, bias, variance }]) => {
    const mean = (sum: number): number | null => (images > 0 ? sum / images : null)
    return { group, images, error: mean(error), bias: mean(bias), variance: mean(variance) }
  })
}

function shareOf(answers: readonly number[], counts: (answer: number) => boolean): number {
  return answers.filter(counts).length / answers.length
}

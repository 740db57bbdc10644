/**
 * Bias and variance of several classifiers' 0/1 loss (Domingos, "A Unified Bias-Variance Decomposition", ICML 2000), as
 * section 3 of the RIDE paper compares long-tailed classifiers by. Without noise: labels are taken for true.
 */
import type { Spread } from './contract/analysis.ts'
import { groups, type Group } from './tail.ts'

/**
 * The most frequent answer. Where several are equally frequent, the one whose first member comes first: a rule that
 * depends on no class and no label, so that neither head nor tail gains by it.
 */
export function mainAnswer(answers: ArrayLike<number>): number {
  const counts = new Map<number, number>()
  for (let member = 0; member < answers.length; member++) counts.set(answers[member]!, (counts.get(answers[member]!) ?? 0) + 1)
  let [main, most] = [answers[0]!, 0]
  for (const [answer, count] of counts) if (count > most) [main, most] = [answer, count]
  return main
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
    const main = mainAnswer(answers)
    const error = shareOf(answers, (answer) => answer !== actual[image])
    const variance = shareOf(answers, (answer) => answer !== main)
    for (const sum of [sums.get('all')!, sums.get(groupOfImage[image]!)!]) {
      sum.images += 1
      sum.error += error
      sum.bias += main === actual[image] ? 0 : 1
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

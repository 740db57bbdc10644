/** What a choice costs, in sentences. */
import { costOf, timesOfOneExpert } from '../../shared/cost.ts'
import { expectedMemoryBytes, gigabytes, millions, millionsOf, totalMacs } from '../../shared/expected.ts'
import type { RunConfig } from '../../shared/recipe.ts'

type Network = Pick<RunConfig, 'backbone' | 'experts' | 'widths' | 'sharedLayer3' | 'head' | 'imageSize'>

/** "3 experts: 0.78 M parameters, 2.1 times the time of one." */
export function costSentence(network: Network, classes: number): string {
  const parameters = `${millionsOf(network, classes)} M parameters`
  if (network.experts === 1) return `1 expert: ${parameters}.`
  return `${network.experts} experts: ${parameters}, ${timesOfOneExpert(network, classes).toFixed(1)} times the time of one.`
}

/** What is whose, and what an image and a step cost. */
export function modelSentences(config: RunConfig, classes: number): string[] {
  const { parameters } = costOf(config, classes)
  const own = costOf({ ...config, experts: config.experts + 1 }, classes).parameters - parameters
  const gigaflops = (2 * totalMacs(config, classes)) / 1e9
  const unusual = [
    ...(config.head === 'linear' ? ['linear classifiers'] : []),
    ...(config.widths === 'full' ? ['experts of full width'] : []),
    ...(config.sharedLayer3 ? ['layer3 in the shared trunk'] : []),
  ]
  return [
    ...(unusual.length > 0 ? [`It has ${unusual.join(', ')}.`] : []),
    ...(config.experts === 1 ? [] : [`${millions(parameters - config.experts * own)} M parameters are shared, ${millions(own)} M are each expert’s own.`]),
    `An image takes ${gigaflops.toFixed(gigaflops < 10 ? 2 : 1)} GFLOPs (billions of calculations).`,
    `A step of ${config.batchSize.toLocaleString('en')} images needs about ${gigabytes(expectedMemoryBytes(config, classes))} of memory.`,
  ]
}

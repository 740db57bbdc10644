import { costOf } from '../../shared/cost.ts'
import type { RunConfig } from '../../shared/recipe.ts'
import { decisionsMade } from '../../shared/routing.ts'

/** 10^9 floating-point operations of a sample for which a router asks n + 1 experts, a multiply-accumulate counted as two. */
export function gigaflopsOf(config: RunConfig, classes: number): readonly number[] {
  const { trunkMacs, expertMacs, routerMacs } = costOf(config, classes)
  return Array.from({ length: config.experts }, (_, n) => (2 * (trunkMacs + (n + 1) * expertMacs + decisionsMade(n + 1, config.experts) * routerMacs)) / 1e9)
}

/** The same with every expert asked and no router in between. */
export function gigaflopsOfAll(config: RunConfig, classes: number): number {
  const { trunkMacs, expertMacs } = costOf(config, classes)
  return (2 * (trunkMacs + config.experts * expertMacs)) / 1e9
}

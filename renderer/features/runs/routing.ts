/** A router's threshold: what it gives at others than the present one, and how that is drawn. */
import type { ByGroup, Evaluation, Routed } from '../../../shared/contract/runs.ts'
import type { Group } from '../../../shared/tail.ts'
import { ticksBetween } from './axes.ts'

export type GroupOrAll = 'all' | Group

/** Position of the threshold among those of the curve: the nearest one. */
export function positionOf(curve: readonly Routed[], threshold: number): number {
  const far = curve.map((point) => Math.abs(point.threshold - threshold))
  return Math.max(0, far.indexOf(Math.min(...far)))
}

/** The curve with a point in it, in its place, for the one that was at its threshold or for none. */
export function withPoint(curve: readonly Routed[], point: Routed): Routed[] {
  return [...curve.filter(({ threshold }) => threshold !== point.threshold), point].sort((a, b) => a.threshold - b.threshold)
}

/** Another one once the run was scored anew: what every scoring measures, and what a moved threshold leaves as it is. */
export function scoringStamp({ split, images, experts, imagesPerSecond, routing }: Evaluation): string {
  return JSON.stringify([split, images, experts, imagesPerSecond, routing?.measuredAt, routing?.allExperts])
}

export const accuracyIn = (of: { readonly top1: number | null } & Readonly<Record<Group, number | null>>, group: GroupOrAll): number | null => (group === 'all' ? of.top1 : of[group])

/** [GFLOPs a sample, accuracy in per cent] of every threshold, cheapest first; what a group lacks is left out. */
export function tradeOff(curve: readonly Routed[], group: GroupOrAll): (readonly [cost: number, accuracy: number])[] {
  return curve
    .flatMap((point): (readonly [number, number])[] => {
      const [cost, accuracy] = [point.gigaflops[group], accuracyIn(point, group)]
      return cost === null || accuracy === null ? [] : [[cost, 100 * accuracy]]
    })
    .sort((a, b) => a[0] - b[0])
}

/** Whether no threshold makes any difference. */
export const isFlat = (curve: readonly Routed[]): boolean => curve.every((point) => asksAlike(point, curve[0]!))

/** Ends of an axis that holds all values with some air, on ticks; at least `least` long, so that noise does not look like much. */
export function axisAround(values: readonly number[], least: number): readonly [low: number, high: number] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const length = Math.max(least, (high - low) * 1.2)
  const middle = (low + high) / 2
  const ticks = ticksBetween(middle - length / 2, middle + length / 2, 4)
  const step = (ticks[1] ?? middle + length) - ticks[0]!
  return [Math.max(0, Math.floor((middle - length / 2) / step) * step), Math.ceil((middle + length / 2) / step) * step]
}

/** Three decimals: thresholds lie 0.025 apart, and 0.005 from the ends. */
export const thresholdWords = (threshold: number): string => threshold.toFixed(3)

/** GFLOPs as `0.187`: three digits that say something. */
export const gigaflopsWords = (value: number | null): string => (value === null ? '–' : Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 3 }))

/** Whether two thresholds get the same answers: a higher one never asks an image's next expert where a lower one does not, so equal means are of the same askings. */
export const asksAlike = (a: Routed, b: Routed): boolean => a.expertsUsed.all === b.expertsUsed.all

/** As a sentence has it: `1 expert`, `1.32 experts`. */
export function askedWords(experts: number | null): string {
  const words = expertsWords(experts)
  return words.endsWith('.00') ? `${words.slice(0, -3)} ${words === '1.00' ? 'expert' : 'experts'}` : `${words} experts`
}

export const expertsWords = (value: number | null): string => (value === null ? '–' : value.toFixed(2))

/** How much less a sample costs than with every expert: `31 % less`. */
export function savedWords(gigaflops: ByGroup, group: GroupOrAll, allExperts: number): string {
  const cost = gigaflops[group]
  return cost === null || allExperts === 0 ? '–' : `${Math.round(100 * (1 - cost / allExperts))} % less`
}

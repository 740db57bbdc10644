/** The report's pictures as SVG, without a style of their own: colours come from the page's classes. */
import type { Epoch } from '../../../shared/contract/runs.ts'
import { groupLetters, groups, type Group } from '../../../shared/tail.ts'
import { html, type Html } from './html.ts'

const width = 720
/** Under fewer pixels the name of a group would run into its neighbour's. */
const nameRoom = 48

/** Training images of every class, from the head to the tail, on a logarithmic axis. */
export function tailChart(classes: readonly { readonly train: number; readonly group: Group }[]): Html {
  const [left, top, bottom, height] = [44, 8, 22, 170]
  const most = Math.max(10, ...classes.map(({ train }) => train))
  const top10 = Math.ceil(Math.log10(most))
  const yOf = (images: number): number => top + (1 - Math.log10(images) / top10) * (height - top - bottom)
  const step = (width - left) / Math.max(1, classes.length)
  const ticks = Array.from({ length: top10 + 1 }, (_, power) => 10 ** power)
  const spans = groups.map((group) => ({ group, from: classes.findIndex((one) => one.group === group), count: classes.filter((one) => one.group === group).length })).filter(({ count }) => count > 0)
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Training images of each class, from the most frequent to the rarest">
    ${ticks.map((tick) => html`<line class="rule" x1="${left}" x2="${width}" y1="${yOf(tick)}" y2="${yOf(tick)}"/><text class="tick" x="${left - 6}" y="${yOf(tick) + 4}" text-anchor="end">${tick.toLocaleString('en')}</text>`)}
    ${classes.map(({ train, group }, n) => html`<rect class="${group}" x="${fixed(left + n * step)}" width="${fixed(Math.max(0.4, step * (step > 4 ? 0.8 : 1)))}" y="${fixed(train > 0 ? yOf(Math.max(1.15, train)) : height - bottom)}" height="${fixed(train > 0 ? height - bottom - yOf(Math.max(1.15, train)) : 0)}"/>`)}
    ${spans.map(({ group, from, count }) => html`<text class="tick ink-${group}" x="${fixed(left + (from + count / 2) * step)}" y="${height - 6}" text-anchor="middle">${count * step > nameRoom ? group : groupLetters[group]}</text>`)}
  </svg>`
}

interface GroupBar {
  readonly group: Group | 'all'
  readonly share: number | null
  readonly interval: readonly [number, number] | null
}

/** A bar with its interval, for a row of a table. */
export function shareBar({ group, share, interval }: GroupBar): Html {
  if (share === null || !interval) return html``
  return html`<svg class="bar" viewBox="0 0 200 14" aria-hidden="true">
    <rect class="track" x="0" y="4" width="200" height="6"/><rect class="${group}" x="0" y="4" width="${onBar(share)}" height="6"/>
    <path class="whisker" d="M${onBar(interval[0])} 7H${onBar(interval[1])}M${onBar(interval[0])} 3v8M${onBar(interval[1])} 3v8"/>
  </svg>`
}

const curveNames = { top1: 'all', many: 'many', medium: 'medium', few: 'few' } as const

/** Accuracy on the validation split, epoch by epoch. */
export function curvesChart(epochs: readonly Epoch[]): Html {
  const [left, right, top, bottom, height] = [36, 64, 8, 22, 200]
  const first = epochs[0]?.epoch ?? 1
  const last = Math.max(first + 1, epochs.at(-1)?.epoch ?? 1)
  const xOf = (epoch: number): number => left + ((epoch - first) / (last - first)) * (width - left - right)
  const yOf = (share: number): number => top + (1 - share) * (height - top - bottom)
  const keys = (['top1', 'many', 'medium', 'few'] as const).filter((key) => epochs.some((epoch) => epoch[key] !== null))
  const ends = keys.map((key) => ({ key, y: yOf([...epochs].reverse().find((epoch) => epoch[key] !== null)![key]!) })).sort((a, b) => a.y - b.y)
  let floor = top
  const labels = ends.map(({ key, y }) => {
    floor = Math.max(y, floor + 13)
    return { key, y: floor }
  })
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Accuracy on the validation split after each epoch">
    ${[0, 0.25, 0.5, 0.75, 1].map((tick) => html`<line class="rule" x1="${left}" x2="${width - right}" y1="${yOf(tick)}" y2="${yOf(tick)}"/><text class="tick" x="${left - 6}" y="${yOf(tick) + 4}" text-anchor="end">${100 * tick}</text>`)}
    <text class="tick" x="${left}" y="${height - 6}">epoch ${first}</text><text class="tick" x="${width - right}" y="${height - 6}" text-anchor="end">epoch ${last}</text>
    ${keys.map((key) => html`<path class="curve line-${curveNames[key]}" d="${pathOf(epochs.map((epoch) => [xOf(epoch.epoch), epoch[key] === null ? null : yOf(epoch[key])]))}"/>`)}
    ${labels.map(({ key, y }) => html`<text class="tick ink-${curveNames[key]}" x="${width - right + 8}" y="${fixed(y + 4)}">${curveNames[key]}</text>`)}
  </svg>`
}

function pathOf(points: readonly (readonly [number, number | null])[]): string {
  let isDrawing = false
  return points
    .map(([x, y]) => {
      const step = y === null ? '' : `${isDrawing ? 'L' : 'M'}${fixed(x)} ${fixed(y)}`
      isDrawing = y !== null
      return step
    })
    .join('')
}

/** A group's name on its colour, with a letter that stands where colours do not. */
export const chip = (group: Group): Html => html`<span class="chip soft-${group}"><b>${groupLetters[group]}</b> ${group}</span>`

/** On a bar of 200 units. */
function onBar(share: number): string {
  return fixed(200 * share)
}

function fixed(value: number): string {
  return value.toFixed(1)
}

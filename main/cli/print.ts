/** How results look to a person. */
import type { ByGroup, Evaluation } from '../../shared/contract/runs.ts'
import { count as whole, counted, percent as shownPercent } from '../../shared/words.ts'
import { safeText } from './safe.ts'

export { counted, whole }

export function percent(share: number | null): string {
  return share === null ? '-' : shownPercent(share)
}

export function accuracyLine({ top1, many, medium, few }: { readonly top1: number | null; readonly many: number | null; readonly medium: number | null; readonly few: number | null }): string {
  return `top-1 ${percent(top1)} (many ${percent(many)}, medium ${percent(medium)}, few ${percent(few)})`
}

export function bytes(value: number): string {
  return value >= 1e9 ? `${(value / 1e9).toFixed(1)} GB` : `${Math.round(value / 1e6)} MB`
}

/** What a router saves, beside every expert asked. */
export function routingLines({ imagesPerSecond, routing }: Pick<Evaluation, 'imagesPerSecond' | 'routing'>): string[] {
  if (!routing) return []
  const { threshold, measuredAt, expertsUsed, gigaflops, allExperts } = routing
  const speed = threshold === measuredAt ? `${whole(imagesPerSecond)} images a second` : `its speed was measured at threshold ${measuredAt} only`
  return [
    `Router at threshold ${threshold}: ${byGroup(expertsUsed, 2)} experts asked, ${byGroup(gigaflops, 3)} GFLOPs a sample, ${speed}`,
    `All experts: ${accuracyLine(allExperts)}, ${allExperts.gigaflops.toFixed(3)} GFLOPs a sample, ${whole(allExperts.imagesPerSecond)} images a second`,
  ]
}

function byGroup({ all, many, medium, few }: ByGroup, digits: number): string {
  const number = (value: number | null): string => (value === null ? '-' : value.toFixed(digits))
  return `${number(all)} (many ${number(many)}, medium ${number(medium)}, few ${number(few)})`
}

/** Wider than nearly every name, narrower than a terminal. */
const widestCell = 60

function shortened(text: string): string {
  const characters = [...text]
  return characters.length <= widestCell ? text : `${characters.slice(0, widestCell - 1).join('')}…`
}

/** Columns under their headings; numbers to the right, long names cut. */
export function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const text = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? whole(cell) : shortened(safeText(cell)))))
  const widths = headings.map((heading, column) => text.reduce((widest, row) => Math.max(widest, row[column]!.length), heading.length))
  const right = headings.map((_, column) => rows.every((row) => typeof row[column] === 'number' || /^(-|[\d.,]+( %)?)$/.test(row[column]!)))
  const line = (cells: readonly string[]): string => cells.map((cell, column) => (right[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join('  ').trimEnd()
  return [line(headings), ...text.map(line)]
}

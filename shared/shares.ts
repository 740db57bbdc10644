/** Shares of classes as a spreadsheet has them: a name and a number a line, with a tab, a semicolon or a comma between them. */
import type { Dial } from './dial.ts'
import { Failure } from './failure.ts'

export interface NamedClass {
  readonly classId: number
  readonly name: string
}

export interface ReadShares {
  readonly shares: Dial['shares']
  /** What the numbers were taken for: parts of 1, parts of 100, or images counted, whose own sum is then the whole. */
  readonly as: 'fractions' | 'percent' | 'counts'
}

/** Rounded per cent come to a little more than a hundred. */
const mostPercent = 100.5
const roundedFractions = 1.005

interface Line {
  readonly classId: number
  readonly value: number
  readonly isPercent: boolean
}

/**
 * A first line without a number is taken for the names of the columns. Shares that come to a little more than the whole, as
 * rounded ones do, are brought to it.
 * @throws Failure `invalid-input` that names the line; then nothing of it holds
 */
export function readShares(text: string, classes: readonly NamedClass[]): ReadShares {
  const exact = new Map(classes.map(({ classId, name }) => [spelled(name), classId]))
  const loose = new Map(classes.map(({ classId, name }) => [spelled(name).toLowerCase(), classId]))
  const lines: Line[] = []
  const seen = new Map<number, number>()
  for (const [n, written] of text.split(/\r\n|\r|\n/).entries()) {
    if (written.trim() === '') continue
    const fail = (what: string): Failure => new Failure('invalid-input', `Line ${n + 1} of the shares, ${JSON.stringify(written.slice(0, 80))}, ${what} Nothing was changed.`)
    const [name, number] = fieldsOf(written)
    const value = numberIn(number)
    if (Number.isNaN(value) && lines.length === 0 && seen.size === 0 && n === 0) continue
    const classId = exact.get(spelled(name)) ?? loose.get(spelled(name).toLowerCase())
    if (classId === undefined) throw fail('names no class that the run tells apart. Write one class and its number on a line, as the run calls it.')
    if (!(value >= 0 && value < Infinity)) throw fail('has no number from 0 on after the class. Write the share as 0.25, as 25 %, or as a count of images.')
    const before = seen.get(classId)
    if (before !== undefined) throw fail(`gives a share to a class that line ${before} gave one to. Keep one of them.`)
    seen.set(classId, n + 1)
    lines.push({ classId, value, isPercent: number.includes('%') })
  }
  return inShares(lines)
}

function inShares(lines: readonly Line[]): ReadShares {
  const sum = lines.reduce((all, { value }) => all + value, 0)
  const isPercent = lines.some((line) => line.isPercent)
  const as = !isPercent && sum <= roundedFractions ? 'fractions' : sum <= mostPercent ? 'percent' : 'counts'
  if (as === 'counts' && isPercent) throw new Failure('invalid-input', `The shares come to ${Math.round(sum * 10) / 10} %, and 100 % is all there is. Nothing was changed.`)
  const whole = as === 'counts' ? sum : Math.max(sum, as === 'percent' ? 100 : 1)
  return { shares: lines.map(({ classId, value }) => ({ classId, share: value / whole })), as }
}

/** The name, which may hold commas, and what stands last. */
function fieldsOf(line: string): readonly [name: string, number: string] {
  const separator = ['\t', ';', ','].find((one) => line.includes(one))
  if (separator === undefined) return [line, '']
  const at = line.lastIndexOf(separator)
  return [unquoted(line.slice(0, at)), unquoted(line.slice(at + 1))]
}

function unquoted(field: string): string {
  const trimmed = field.trim()
  return /^".*"$/.test(trimmed) ? trimmed.slice(1, -1).replaceAll('""', '"') : trimmed
}

/** "0.25", "25 %", "25,5" where commas part nothing; NaN for anything else. */
function numberIn(field: string): number {
  const plain = field.replace('%', '').trim().replace(/^(\d*),(\d+)$/, '$1.$2')
  return plain === '' ? Number.NaN : Number(plain)
}

function spelled(name: string): string {
  return name.trim().normalize('NFC')
}

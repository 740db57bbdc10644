/** Shares of classes as a spreadsheet has them, or a person types them: a name and a number a line, with a tab, a semicolon, a comma or a space between them. */
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
/** Of a line that is shown, as much as tells it. */
const shownLetters = 80

interface Line {
  readonly classId: number
  readonly value: number
  readonly isPercent: boolean
}

/**
 * A first line that has no number, and names no class, is taken for the names of the columns. Shares that come to a little more than the whole, as
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
    const fail = (what: string): Failure => new Failure('invalid-input', `Line ${n + 1} ${what}, so that nothing was changed: ${shownOf(written.trim())}`)
    const idOf = (name: string): number | undefined => exact.get(spelled(name)) ?? loose.get(spelled(name).toLowerCase())
    const readings = readingsOf(written)
    const [name, number] = readings.find((one) => idOf(one[0]) !== undefined) ?? readings[0]!
    const [classId, value] = [idOf(name), numberIn(number)]
    if (classId === undefined && Number.isNaN(value) && n === 0) continue
    if (classId === undefined) throw fail('names no class of the run')
    if (!(value >= 0 && value < Infinity)) throw fail('has no share after its class, such as 0.25, 25 % or a count of images')
    const before = seen.get(classId)
    if (before !== undefined) throw fail(`names the class of line ${before} again`)
    seen.set(classId, n + 1)
    lines.push({ classId, value, isPercent: number.includes('%') })
  }
  return inShares(lines)
}

function inShares(lines: readonly Line[]): ReadShares {
  const sum = lines.reduce((all, { value }) => all + value, 0)
  const isPercent = lines.some((line) => line.isPercent)
  const as = !isPercent && sum <= roundedFractions ? 'fractions' : sum <= mostPercent ? 'percent' : 'counts'
  if (as === 'counts' && isPercent) throw new Failure('invalid-input', `The shares come to ${Math.round(sum * 10) / 10} %, and 100 % is all there is, so that nothing was changed.`)
  const whole = as === 'counts' ? sum : Math.max(sum, as === 'percent' ? 100 : 1)
  return { shares: lines.map(({ classId, value }) => ({ classId, share: value / whole })), as }
}

type Reading = readonly [name: string, number: string]

/** How a line can be read, the likeliest first: a name, which may hold commas and spaces, and what stands last. */
function readingsOf(line: string): readonly Reading[] {
  const readings = ['\t', ';', ','].flatMap((separator): Reading[] => {
    const at = line.lastIndexOf(separator)
    return at < 0 ? [] : [[unquoted(line.slice(0, at)), unquoted(line.slice(at + 1))]]
  })
  const typed = /^(.*\S)\s+([\d.,]+(?:\s*%)?)\s*$/.exec(line)
  return [...readings, ...(typed ? [[unquoted(typed[1]!), typed[2]!] as const] : []), [unquoted(line), '']]
}

function shownOf(line: string): string {
  return line.length > shownLetters ? `${line.slice(0, shownLetters)}…` : line
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

/** Which classes a few typed letters mean, best first. */
import type { Group } from '../../shared/tail.ts'

/** A class that can be picked. */
export interface PickableClass {
  readonly id: number
  readonly name: string
  readonly group: Group | null
  /** Training images. */
  readonly count: number
  /** The key that stands for it where it is one of a model's best guesses: 1 to 9. */
  readonly digit?: number | undefined
}

/** With the digits of a model's best guesses, of which there are no more than digits. */
export function withDigits(classes: readonly PickableClass[], guesses: readonly { readonly classId: number }[]): PickableClass[] {
  const digits = new Map(guesses.slice(0, 9).map(({ classId }, n) => [classId, n + 1]))
  return classes.map(({ id, name, group, count }) => ({ id, name, group, count, digit: digits.get(id) }))
}

export interface RankedClass {
  readonly class: PickableClass
  /** The name in pieces, of which some are what was typed. */
  readonly pieces: readonly { readonly text: string; readonly isTyped: boolean }[]
}

/** Where the letters lie in a name, and how good a match that is: lower is better. */
interface Match {
  readonly rank: number
  readonly places: readonly number[]
}

/**
 * Prefixes come before beginnings of words, those before what lies within a word, and those before letters that are
 * strewn over the name. Among equals a model's guesses come first, then short names, then frequent classes. Nothing
 * typed: the guesses, then the most frequent.
 */
export function rankClasses(classes: readonly PickableClass[], typed: string): RankedClass[] {
  const wanted = lettersOf(typed.trim())
  const found = classes.flatMap((one) => {
    const letters = [...one.name]
    const match = matchOf(letters.map(plain), wanted)
    return match ? [{ one, letters, match }] : []
  })
  const length = (letters: readonly string[]): number => (wanted.length > 0 ? letters.length : 0)
  found.sort(
    (a, b) =>
      a.match.rank - b.match.rank ||
      (a.one.digit ?? Infinity) - (b.one.digit ?? Infinity) || // NaN where neither is a guess: on to the next
      length(a.letters) - length(b.letters) ||
      b.one.count - a.one.count ||
      (a.one.name < b.one.name ? -1 : 1),
  )
  return found.map(({ one, letters, match }) => ({ class: one, pieces: piecesOf(letters, new Set(match.places)) }))
}

/** Whether a class of this name is among them, in capitals or not: another one could not be made. */
export function hasName(classes: readonly PickableClass[], name: string): boolean {
  const wanted = name.trim().normalize('NFC').toLowerCase()
  return classes.some((one) => one.name.toLowerCase() === wanted)
}

function matchOf(name: readonly string[], wanted: readonly string[]): Match | null {
  if (wanted.length === 0) return { rank: 0, places: [] }
  let within: number | null = null
  for (let start = 0; start + wanted.length <= name.length; start++) {
    if (!wanted.every((letter, n) => name[start + n] === letter)) continue
    if (start === 0) return { rank: name.length === wanted.length ? 0 : 1, places: run(0, wanted.length) }
    if (!isLetter(name[start - 1]!)) return { rank: 2, places: run(start, wanted.length) }
    within ??= start
  }
  if (within !== null) return { rank: 3, places: run(within, wanted.length) }
  const places = strewn(name, wanted)
  return places && { rank: 4 + (places.at(-1)! - places[0]!) / 1000, places }
}

/** The letters in their order with others between them, as close together as the name has them. */
function strewn(name: readonly string[], wanted: readonly string[]): readonly number[] | null {
  let best: number[] | null = null
  for (let start = 0; start < name.length; start++) {
    if (name[start] !== wanted[0]) continue
    const places: number[] = []
    for (let at = start; at < name.length && places.length < wanted.length; at++) if (name[at] === wanted[places.length]) places.push(at)
    if (places.length < wanted.length) break
    if (!best || places.at(-1)! - start < best.at(-1)! - best[0]!) best = places
  }
  return best
}

function piecesOf(letters: readonly string[], typed: ReadonlySet<number>): RankedClass['pieces'] {
  const pieces: { text: string; isTyped: boolean }[] = []
  for (const [at, letter] of letters.entries()) {
    const isTyped = typed.has(at)
    const last = pieces.at(-1)
    if (last?.isTyped === isTyped) last.text += letter
    else pieces.push({ text: letter, isTyped })
  }
  return pieces
}

const lettersOf = (text: string): string[] => [...text.normalize('NFC')].map(plain)
/** One letter without case and accents; a gap of any kind is one kind of gap. */
const plain = (letter: string): string => (/[\s_-]/.test(letter) ? ' ' : letter.normalize('NFD')[0]!.toLowerCase()[0]!)
const isLetter = (letter: string): boolean => /[\p{L}\p{N}]/u.test(letter)
const run = (start: number, length: number): number[] => Array.from({ length }, (_, n) => start + n)

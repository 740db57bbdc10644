/**
 * Which part of a file's name tells its burst. A pattern is text with `{group}` for that part, `{number}` for a whole
 * number and `*` for anything; with a slash in it, it is held against the whole path instead of the name. No regular
 * expression: whoever writes the pattern, it is matched in steps that go by its length times the name's.
 */
import { Failure } from './failure.ts'

/** What stands before the last number of a name: `seq12_0034` is of `seq12_`. */
export const usualPattern = '{group}{number}*'

const maxPattern = 100
const maxWildcards = 8
const maxName = 1024

type Piece = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'group' | 'number' | 'any' }

/**
 * Answers the group of a path (without its ending), or null where the pattern does not fit.
 * @throws Failure `invalid-input`
 */
export function namePattern(pattern: string): (path: string) => string | null {
  const pieces = piecesOf(pattern)
  const isOfPath = pattern.includes('/')
  return (path) => {
    const name = withoutEnding(isOfPath ? path : path.slice(path.lastIndexOf('/') + 1)).slice(0, maxName)
    return groupIn(pieces, name)
  }
}

function piecesOf(pattern: string): Piece[] {
  if (pattern.length > maxPattern) throw refusal(pattern, `It has ${pattern.length} characters; at most ${maxPattern} are taken.`)
  const pieces = pattern.split(/(\{[^{}]*\}|\*)/).filter((part) => part !== '').map((part): Piece => {
    if (part === '*') return { kind: 'any' }
    if (part === '{group}') return { kind: 'group' }
    if (part === '{number}') return { kind: 'number' }
    if (/[{}]/.test(part)) throw refusal(pattern, `It holds ${part}.`)
    return { kind: 'text', text: part }
  })
  const count = (kind: Piece['kind']): number => pieces.filter((piece) => piece.kind === kind).length
  if (count('group') !== 1) throw refusal(pattern, `It holds {group} ${count('group')} times.`)
  if (pieces.length - count('text') > maxWildcards) throw refusal(pattern, `It has more than ${maxWildcards} of {group}, {number} and *.`)
  return pieces
}

function refusal(pattern: string, what: string): Failure {
  const shown = pattern.length > 40 ? `${pattern.slice(0, 40)}…` : pattern
  return new Failure('invalid-input', `The pattern "${shown}" cannot be used. ${what} Expected text with {group} once, and {number} and * where needed, such as {group}_*.`, { field: 'namePattern' })
}

/** Each wildcard takes as much as it can, the first ones first. */
function groupIn(pieces: readonly Piece[], name: string): string | null {
  const ends = name.length + 1
  /** Whether the pieces from p on fit what is left of the name from n on: at p * ends + n. */
  const fits = new Uint8Array((pieces.length + 1) * ends)
  fits[pieces.length * ends + name.length] = 1
  for (let p = pieces.length - 1; p >= 0; p--) {
    const piece = pieces[p]!
    for (let n = name.length; n >= 0; n--) fits[p * ends + n] = fitsAt(piece, p, n) ? 1 : 0
  }
  function fitsAt(piece: Piece, p: number, n: number): boolean {
    const next = (p + 1) * ends
    if (piece.kind === 'text') return name.startsWith(piece.text, n) && fits[next + n + piece.text.length] === 1
    if (piece.kind === 'any') return fits[next + n] === 1 || (n < name.length && fits[p * ends + n + 1] === 1)
    // One character at least, then as many as follow.
    if (piece.kind === 'group') return n < name.length && (fits[next + n + 1] === 1 || fits[p * ends + n + 1] === 1)
    return startsNumber(name, n) && fits[next + numberEnd(name, n)] === 1
  }
  if (fits[0] === 0) return null
  let at = 0
  for (const [p, piece] of pieces.entries()) {
    if (piece.kind === 'text') at += piece.text.length
    else if (piece.kind === 'number') at = numberEnd(name, at)
    else {
      let end = name.length
      while (fits[(p + 1) * ends + end] === 0) end -= 1
      if (piece.kind === 'group') return name.slice(at, end)
      at = end
    }
  }
  return null
}

/** A number is whole: none begins or ends within another. */
function startsNumber(name: string, at: number): boolean {
  return isDigit(name, at) && !isDigit(name, at - 1)
}

function numberEnd(name: string, at: number): number {
  let end = at
  while (isDigit(name, end)) end += 1
  return end
}

function isDigit(name: string, at: number): boolean {
  const code = name.charCodeAt(at)
  return code >= 48 && code <= 57
}

function withoutEnding(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot > name.lastIndexOf('/') + 1 ? name.slice(0, dot) : name
}

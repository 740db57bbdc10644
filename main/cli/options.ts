/** Options that hold numbers and names, refused with a sentence that says what was expected. */
import { InvalidArgumentError } from 'commander'

export function wholeNumber(low: number, high = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= low && value <= high) return value
    throw new InvalidArgumentError(`Expected a whole number ${range(low, high)}.`)
  }
}

export function fraction(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (value >= low && value <= high) return value
    throw new InvalidArgumentError(`Expected a number from ${low} to ${high}.`)
  }
}

/** Both ends left out. */
export function between(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (value > low && value < high) return value
    throw new InvalidArgumentError(`Expected a number above ${low} and below ${high}.`)
  }
}

export function positiveNumber(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('Expected a number above 0.')
}

export function runName(text: string): string {
  if (text === 'latest' || (/^\d+$/.test(text) && Number(text) >= 1 && Number.isSafeInteger(Number(text)))) return text
  throw new InvalidArgumentError("Expected a run's number, or latest.")
}

/** Nothing, as an unset variable of a script gives it, is not meant as the current folder. */
export function somePath(text: string): string {
  if (text !== '') return text
  throw new InvalidArgumentError('Expected a path, and it is empty.')
}

function range(low: number, high: number): string {
  return high === Number.MAX_SAFE_INTEGER ? `from ${low}` : `from ${low} to ${high}`
}

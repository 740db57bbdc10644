/** Classes of a file that the project has not, and what is likely meant by them. */
export type Answer = 'make' | 'leave' | number

/** That are answered one by one: a list of a thousand selects of a thousand classes answers no key in time. */
export const mostAnswered = 50

interface Known {
  readonly id: number
  readonly name: string
}

/** Letters and digits alone: what is left of a name where two people wrote it. */
const plain = (name: string): string => name.normalize('NFKD').toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** A class that differs in capitals, accents or marks alone stands for it; any other is to be made. */
export function answersOf(unknown: readonly { readonly name: string }[], known: readonly Known[]): Record<string, Answer> {
  const likely = new Map(known.map(({ id, name }) => [plain(name), id]))
  return Object.fromEntries(unknown.slice(0, mostAnswered).map(({ name }) => [name, (plain(name) && likely.get(plain(name))) || 'make']))
}

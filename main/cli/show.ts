import { safeJson, safeText } from './safe.ts'

/** What every command accepts. */
export interface Shown {
  readonly json?: true
}

/** Prints a result once: as one JSON document for a program, or as lines for a person. */
export function show({ json }: Shown, document: unknown, lines: () => readonly string[]): void {
  if (json) console.log(safeJson(document))
  else for (const line of lines()) console.log(line)
}

/** A remark for a person, which no program reads. */
export function remark(sentence: string): void {
  console.error(safeText(sentence))
}

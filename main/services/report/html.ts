/** Pages of HTML in which nothing but this program's own markup is markup. */

/** Markup, made by `html` alone. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Piece = string | number | Html | readonly Html[]

/** Whatever is put in is text, unless it was made here itself. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(strings.reduce((text, string, n) => text + markup(pieces[n - 1]!) + string))
}

function markup(piece: Piece): string {
  if (piece instanceof Html) return piece.text
  return typeof piece === 'object' ? piece.map(({ text }) => text).join('') : escaped(String(piece))
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Control characters mean nothing in a page, and some are not allowed in one. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!).replace(/[^\P{Cc}\n\t]/gu, '\ufffd')
}

/** A name from outside, which keeps its direction of writing to itself. */
export const named = (name: string): Html => html`<bdi>${name}</bdi>`

/** Names of files and classes come from anywhere; printed as they are, they could move the cursor or turn the text around. */

/** Control characters, line separators, and the marks that change the writing direction. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** For one line of text. */
export function safeText(text: string): string {
  return text.replace(unsafe, escaped)
}

/** JSON on one line: the same document to a parser, and harmless to a terminal. */
export function safeJson(document: unknown): string {
  return JSON.stringify(document).replace(unsafe, escaped)
}

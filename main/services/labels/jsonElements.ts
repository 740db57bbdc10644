/**
 * A JSON document `{ "images": [entry, ...], "info": value, ... }` read entry by entry, so that a file of any size takes the
 * memory of its largest entry. Every byte is looked at, and every entry goes through the system's own parser.
 */
import { Failure } from '../../../shared/failure.ts'

export interface JsonElement {
  /** The document's key that the entry stands under. */
  readonly key: string
  /** Position in that key's list; null where its value is no list. */
  readonly index: number | null
  readonly line: number
  readonly value: unknown
}

const longestEntry = 16 * 1024 * 1024
const deepest = 200

const codes = { newline: 10, tab: 9, carriage: 13, space: 32, quote: 34, comma: 44, colon: 58, openList: 91, backslash: 92, closeList: 93, open: 123, close: 125 } as const

type Place = 'start' | 'first key' | 'key' | 'colon' | 'value' | 'first entry' | 'entry' | 'after entry' | 'after value' | 'end'

const expected: Readonly<Record<Place, string>> = {
  start: '{',
  'first key': 'a name in quotes, or }',
  key: 'a name in quotes',
  colon: 'a colon',
  value: 'a value',
  'first entry': 'an entry, or ]',
  entry: 'an entry',
  'after entry': 'a comma, or ]',
  'after value': 'a comma, or }',
  end: 'nothing more',
}

/**
 * The entries of each chunk.
 * @throws Failure `unreadable` that names the line, for what is no such document
 */
export async function* jsonElements(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly JsonElement[]> {
  const scanner = new Scanner()
  for await (const chunk of chunks) yield scanner.feed(chunk)
  scanner.end()
}

class Scanner {
  private place: Place = 'start'
  private line = 1
  private key = ''
  private index = 0
  private readonly keys = new Set<string>()
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

  /** What is being gathered: its bytes of earlier chunks, and where it began. */
  private parts: Uint8Array[] = []
  private gathered = 0
  private isGathering = false
  private beganAtLine = 1
  private depth = 0
  private isScalar = false
  private inString = false
  private isEscaped = false
  private isObject = false
  /** Of an entry that is an object: whether its next text is a name, and where its names stand in it. */
  private expectsName = false
  private nameStart = -1
  private names: number[] = []

  feed(chunk: Uint8Array): JsonElement[] {
    const found: JsonElement[] = []
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      const code = chunk[at]!
      if (code === codes.newline) this.line += 1
      if (this.isGathering) {
        const ends = this.step(code, this.gathered + at - from)
        if (ends === 'no') continue
        // A number or word ends before what follows it, which has a meaning of its own.
        const until = ends === 'with' ? at + 1 : at
        const element = this.take(chunk.subarray(from, until))
        if (element) found.push(element)
        if (ends === 'with') continue
      }
      if (code === codes.space || code === codes.newline || code === codes.tab || code === codes.carriage) continue
      if (this.enter(code)) from = at
    }
    if (this.isGathering) {
      this.parts.push(chunk.slice(from))
      this.gathered += chunk.length - from
      if (this.gathered > longestEntry) throw this.broken(`the ${this.whatIsGathered()} is larger than 16 MB`, this.beganAtLine)
    }
    return found
  }

  end(): void {
    if (this.place !== 'end' || this.isGathering) throw this.broken('the file ends in the middle, as one does that was not written to its end')
  }

  /** One more byte of what is gathered; tells whether it ends, with this byte or before it. */
  private step(code: number, offset: number): 'no' | 'with' | 'before' {
    if (this.inString) {
      if (this.isEscaped) this.isEscaped = false
      else if (code === codes.backslash) this.isEscaped = true
      else if (code === codes.quote) {
        this.inString = false
        if (this.nameStart >= 0) {
          this.names.push(this.nameStart, offset)
          this.nameStart = -1
        }
        if (this.depth === 0) return 'with'
      }
      return 'no'
    }
    if (this.isScalar) return code === codes.comma || code === codes.closeList || code === codes.close || code <= codes.space ? 'before' : 'no'
    switch (code) {
      case codes.quote:
        this.inString = true
        if (this.expectsName && this.depth === 1) this.nameStart = offset + 1
        break
      case codes.open:
      case codes.openList:
        this.depth += 1
        if (this.depth > deepest) throw this.broken(`the ${this.whatIsGathered()} is nested more than ${deepest} levels deep`)
        break
      case codes.close:
      case codes.closeList:
        this.depth -= 1
        return this.depth === 0 ? 'with' : 'no'
      case codes.comma:
        if (this.depth === 1) this.expectsName = this.isObject
        break
      case codes.colon:
        if (this.depth === 1) this.expectsName = false
        break
      default:
    }
    return 'no'
  }

  /** A byte between values; tells whether something to gather begins with it. */
  private enter(code: number): boolean {
    const { place } = this
    if (place === 'start' && code === codes.open) return this.turn('first key')
    if (place === 'colon' && code === codes.colon) return this.turn('value')
    if (place === 'after entry' && code === codes.comma) return this.turn('entry')
    if ((place === 'after entry' || place === 'first entry') && code === codes.closeList) return this.turn('after value')
    if (place === 'after value' && code === codes.comma) return this.turn('key')
    if ((place === 'after value' || place === 'first key') && code === codes.close) return this.turn('end')
    if (place === 'value' && code === codes.openList) {
      this.index = 0
      return this.turn('first entry')
    }
    const isName = place === 'key' || place === 'first key'
    if (!(isName && code === codes.quote) && place !== 'value' && place !== 'entry' && place !== 'first entry') throw this.unexpected(code)
    if (code === codes.close || code === codes.closeList || code === codes.comma || code === codes.colon) throw this.unexpected(code)
    this.isGathering = true
    this.beganAtLine = this.line
    this.depth = code === codes.open || code === codes.openList ? 1 : 0
    this.inString = code === codes.quote
    this.isScalar = this.depth === 0 && !this.inString
    this.isObject = code === codes.open
    this.expectsName = this.isObject
    return true
  }

  private turn(place: Place): false {
    this.place = place
    return false
  }

  /** What was gathered is whole. */
  private take(rest: Uint8Array): JsonElement | undefined {
    const bytes = this.parts.length === 0 ? rest : Buffer.concat([...this.parts, rest])
    if (bytes.length > longestEntry) throw this.broken(`the ${this.whatIsGathered()} is larger than 16 MB`, this.beganAtLine)
    const value = this.parsed(bytes)
    this.refuseNamesTwice(bytes)
    this.parts = []
    this.gathered = 0
    this.isGathering = false
    if (this.place === 'key' || this.place === 'first key') {
      this.key = value as string
      if (this.keys.has(this.key)) throw this.broken(`${JSON.stringify(this.key)} stands in the file twice`)
      this.keys.add(this.key)
      this.place = 'colon'
      return undefined
    }
    const isEntry = this.place === 'entry' || this.place === 'first entry'
    this.place = isEntry ? 'after entry' : 'after value'
    return { key: this.key, index: isEntry ? this.index++ : null, line: this.beganAtLine, value }
  }

  private parsed(bytes: Uint8Array): unknown {
    let text: string
    try {
      text = this.decoder.decode(bytes)
    } catch {
      throw this.broken(`the ${this.whatIsGathered()} is not UTF-8`, this.beganAtLine)
    }
    try {
      return JSON.parse(text)
    } catch (error) {
      throw this.broken(`the ${this.whatIsGathered()} is no JSON (${error instanceof Error ? error.message.slice(0, 120) : ''})`, this.beganAtLine)
    }
  }

  private refuseNamesTwice(bytes: Uint8Array): void {
    const seen = new Set<string>()
    for (let n = 0; n < this.names.length; n += 2) {
      const name = Buffer.from(bytes.buffer, bytes.byteOffset + this.names[n]!, this.names[n + 1]! - this.names[n]!).toString('latin1')
      if (seen.has(name)) throw this.broken(`the ${this.whatIsGathered()} has ${JSON.stringify(name)} twice`, this.beganAtLine)
      seen.add(name)
    }
    this.names = []
  }

  private whatIsGathered(): string {
    if (this.place === 'key' || this.place === 'first key') return 'name'
    return this.place === 'value' ? `value of ${JSON.stringify(this.key)}` : `entry ${this.index + 1} of ${JSON.stringify(this.key)}`
  }

  private unexpected(code: number): Failure {
    const found = code > codes.space && code < 127 ? String.fromCharCode(code) : `the byte ${code}`
    return this.broken(`expected ${expected[this.place]}, and found ${found}`)
  }

  private broken(words: string, line = this.line): Failure {
    return new Failure('unreadable', `line ${line}: ${words}`)
  }
}

/** The bytes of a file of labels, as far as they are text that can be one. */
import { createReadStream } from 'node:fs'
import { Failure } from '../../../shared/failure.ts'

const utf8Mark = [0xef, 0xbb, 0xbf]

/**
 * Without the mark that some programs begin a text with.
 * @throws Failure `unreadable` where it is no text, or one in UTF-16
 */
export async function* bytesOf(file: string, signal: AbortSignal, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let isFirst = true
  let read = 0
  // As a reader that is told to end throws an error of its own, the signal is looked at here.
  for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    if (signal.aborted) throw new Failure('cancelled', 'Reading the file was cancelled; nothing was changed.')
    let begin: Uint8Array = chunk
    if (isFirst) {
      refuseUtf16(chunk)
      if (utf8Mark.every((byte, n) => chunk[n] === byte)) begin = chunk.subarray(utf8Mark.length)
    }
    isFirst = false
    yield begin
    read += chunk.length
    onRead(read)
  }
}

/** @throws Failure `unreadable` that names the line of what is not UTF-8 */
export async function* textOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let lines = 1
  for await (const chunk of chunks) {
    let text: string
    try {
      text = decoder.decode(chunk, { stream: true })
    } catch {
      throw new Failure('unreadable', `after line ${lines}: a character is not UTF-8. Save the file as UTF-8`)
    }
    if (text.includes('\0')) throw new Failure('unreadable', `after line ${lines}: there are NUL characters, so this is no text`)
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1
    yield text
  }
}

function refuseUtf16(chunk: Buffer): void {
  const [first, second] = chunk
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  // A comma or letter has a NUL beside it there.
  if (isMarked || (chunk.length >= 4 && (first === 0) !== (second === 0))) throw new Failure('unreadable', 'the file is in UTF-16. Save it as UTF-8')
}
